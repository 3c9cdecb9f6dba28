"""One person's session: results from the state, told as events. Nothing here knows of Panel, Bokeh or a view."""
