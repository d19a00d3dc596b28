"""Papers that people print and keep: PDF set by typst, workbooks, and the forms they follow."""
