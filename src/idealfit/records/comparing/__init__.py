"""An import compared with the last one: changes become history, a delta is merged, an older export is filed."""
