"""Import and export of hosts as spreadsheets: one row for each host, matched by email.

A file is read (`reading`, `csvfiles`, `workbooks`), its columns are matched (`headings`), every row is checked against
the hosts (`checking`, `columns`, `cells`) and shown, and what was shown is written in small transactions (`writing`).
"""
