"""Charts as SVG: laid out here from figures, drawn by one template, coloured by the style sheet or for a file."""
