# fold.awk: lines for a terminal of 80 columns. Runs after text.awk.

{ print fold(plain($0), 80, "  ") }
