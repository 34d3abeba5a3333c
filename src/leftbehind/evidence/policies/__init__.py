"""What each policy of the gallery does, how sure that is, and on which assumptions it hangs.

study.run(Path("runs/policies"), Path("runs/policies/pages"))   # see study.py
"""
