"""The web application of one workspace, on this machine: pages over the same functions as every other door.

    app.py         puts it together: guard → sessions → pages; programs call /api/…, which is the REST door
    protection.py  which requests are let in, and the headers of every answer
    session.py     the one-time link, the cookie, signing out
    rendering.py   templates to answers; every text is escaped, icons are the only markup made in Python
    faults.py      errors as pages: what happened, what to do, the code; never a trace, a path or SQL
    charts.py      SVG made here, without inline style, from numbers that are told in a table beside it
    pages/         a file a noun: reads the address, calls the workspace, hands a template what it shows
    templates/     `shell.html.j2` is the frame, `parts.html.j2` the macros that pages are made from
    static/        the style sheets (tokens, base, components), our script, htmx, with their licences

A page in four steps: a file in pages/ with `add(app, rooms)`; a template that extends the shell and imports the parts;
a line in `rendering.NAV` if it has a place of its own; a line in the tests' list of pages, where every page is looked
at in both themes. A page works with links and forms alone; htmx makes it quicker (`hx-select` takes the part of the
same page that changes, so that there is one template a page). Inline styles and scripts are refused by the content
security policy: a width is an SVG attribute, a colour a class.
"""
