"""What is done with a workspace, a file an act: build, score, ask, decide, print; each hands on to the stages."""
