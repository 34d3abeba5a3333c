"""How a world shows itself where it is the last line of a notebook's cell, or of the prompt.

    card.py         a summary of a run as HTML that needs nothing else
    card.html.j2    its page: it takes colours from the notebook, light or dark

`World.__repr__` and `World._repr_html_` call it.
"""
