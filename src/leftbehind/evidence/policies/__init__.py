"""What each policy of the gallery does, how sure that is, and on which assumptions it hangs.

study.run(Path("runs/policies"), Path("docs/policies"))   # see study.py
"""
