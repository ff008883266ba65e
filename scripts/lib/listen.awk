# listen.awk: who listens on a port, from what the system has to say: one line for each socket,
# "ADDRESS INODE", numeric, as burst takes it; 0.0.0.0 and :: become a loopback address.
#
#   port    the port, in decimal
#   format  proc (/proc/net/tcp*), ss (ss -ltn), netstat (netstat -an), lsof (lsof -nP -iTCP)
#   order   1: /proc shows addresses of little-endian machines

function hex(digits, value, i) {
	digits = toupper(digits)
	for (i = 1; i <= length(digits); i++)
		value = value * 16 + index("0123456789ABCDEF", substr(digits, i, 1)) - 1
	return value
}

# Four bytes of an address, in the order of the network.
function word(digits) {
	if (!order)
		return digits
	return substr(digits, 7, 2) substr(digits, 5, 2) substr(digits, 3, 2) substr(digits, 1, 2)
}

function dotted(digits, i, text) {
	for (i = 1; i < 8; i += 2)
		text = text (i > 1 ? "." : "") hex(substr(digits, i, 2))
	return text
}

function decode(digits, i, text, all) {
	if (length(digits) == 8)
		return dotted(word(digits))
	for (i = 1; i <= 32; i += 8)
		all = all word(substr(digits, i, 8))
	if (substr(all, 1, 24) == "00000000000000000000FFFF")
		return dotted(substr(all, 25))
	for (i = 1; i <= 32; i += 4)
		text = text (i > 1 ? ":" : "") tolower(substr(all, i, 4))
	return text
}

function say(address, inode) {
	sub(/%.*/, "", address)
	gsub(/[][]/, "", address)
	sub(/^::ffff:/, "", address)
	if (address == "0.0.0.0" || address == "*")
		address = "127.0.0.1"
	if (address == "::" || address == "0000:0000:0000:0000:0000:0000:0000:0000")
		address = "::1"
	print address, (inode == "" ? "-" : inode)
}

# "127.0.0.1:80", "[::1]:80", "*.80" (BSD): the address before the last separator.
function split_port(text, at) {
	at = match(text, /[:.][0-9]+$/)
	if (!at || substr(text, at + 1) != port)
		return ""
	return substr(text, 1, at - 1)
}

format == "proc" && $4 == "0A" {
	split($2, part, ":")
	if (hex(part[2]) == port + 0)
		say(decode(part[1]), $10)
}

format == "ss" && $1 == "LISTEN" && split_port($4) != "" { say(split_port($4)) }

format == "netstat" && /LISTEN/ && split_port($4) != "" { say(split_port($4)) }

format == "lsof" && /LISTEN/ && split_port($9) != "" { say(split_port($9)) }
