# render_tsv.awk: the evidence, and what was concluded from it, as it is.
{ print }
