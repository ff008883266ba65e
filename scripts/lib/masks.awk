# masks.awk: whether a signal is in the masks of a /proc/PID/status (Linux), "NAME 0" or "NAME 1".
#   number  of the signal

function has(mask, digit, bit) {
	digit = substr(mask, length(mask) - int((number - 1) / 4), 1)
	digit = index("0123456789abcdef", digit) - 1
	for (bit = (number - 1) % 4; bit > 0; bit--)
		digit = int(digit / 2)
	return digit % 2
}

$1 == "SigPnd:" || $1 == "ShdPnd:" { pending = pending || has($2) }
$1 == "SigBlk:" { print "sigchld_blocked", has($2) }
$1 == "SigIgn:" { print "sigchld_ignored", has($2) }
$1 == "SigCgt:" { print "sigchld_caught", has($2) }
$1 == "Threads:" { print "threads", $2 }

END { print "sigchld_pending", pending + 0 }
