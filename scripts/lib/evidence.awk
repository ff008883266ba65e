# evidence.awk: reads what judge.awk found wrong (input=wrong), then evidence, for all renderers.
# They read on: their rules come after these, and see every whole record.
#
#   fact[name]                     what the first file says of the machine and the options
#   server[1..rows]                the servers, as they come
#   ran[experiment]                which there were; clients_of[experiment]: with so many clients
#   value[server, experiment, name]  the last value of that name
#   series[server]                 all counts of burst, with blanks between them
#   damaged                        lines that are no records: a file that was cut off, say

BEGIN { FS = "\t" }

# The files are told apart by assignments between their names: an empty one has no first line.
input == "wrong" {
	wrong[$1, $2]
	complaint[++complaints] = sprintf("%s, %s: expected %s %s, saw %s", \
		plain($1), plain($2), $8, word($4), plain($5))
	remedy[complaints] = plain($9)
	next
}

FNR == 1 {
	files++
	split("", here)
}

/^#/ {
	colon = index($0, ": ")
	if (colon > 3) {
		key = substr($0, 3, colon - 3)
		here[key] = substr($0, colon + 2)
		if (!(key in fact))
			fact[key] = here[key]
		if (key == "command")
			command[++commands] = here[key]
	}
	next
}

$1 == "server" && $2 == "experiment" { next }

NF != 5 || $1 == "" || $2 == "" {
	damaged++
	next
}

{
	if (!($1 in row)) {
		row[$1]
		server[++rows] = $1
	}
	ran[$2]
	clients_of[$2] = here["clients"]
	value[$1, $2, $4] = $5
	if ($2 == "burst" && $4 == "zombies")
		series[$1] = series[$1] (series[$1] == "" ? "" : " ") $5
}

function word(name) {
	gsub(/_/, " ", name)
	return name
}
