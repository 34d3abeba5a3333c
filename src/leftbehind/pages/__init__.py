"""What people look at: the report, chronicles, the explorer, figures and reference pages."""
