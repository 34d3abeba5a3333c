"""A page that answers without the program: worlds lived before, interpolated by the browser.

study.run(Path("page"), Path("runs/explored"), study.Plan())   # see study.py
"""
