# verdict_facts.awk: the evidence of one server, and how it may be asked. Part of the program that
# verdict.awk is; run with all its files and -F '\t'.
#
# An attempt counts when the server was ready and nothing spoilt it. What two attempts tell
# differently counts for nothing: agreed() is then "?".

BEGIN {
	FS = OFS = "\t"
}

# What was concluded before is concluded again.
$2 == "outcome" || $2 == "verdict" || $2 == "hidden" || $2 == "property" { next }

{ print }

/^#/ || NF != 5 || ($1 == "server" && $2 == "experiment") || $3 !~ /^[0-9][0-9]?$/ { next }

$2 == "start" && $4 == "argument" { argument[++arguments] = $5 }

{
	if (server == "")
		server = $1
	key = $2 SUBSEP $3 SUBSEP $4
	if (!(key in value))
		names[$2] = names[$2] " " $3 ":" $4
	value[key] = $5
	if ($3 + 0 > last[$2] + 0)
		last[$2] = $3 + 0
}

function get(experiment, attempt, name) {
	return (experiment, attempt, name) in value ? value[experiment, attempt, name] : ""
}

# Whether the attempt proves anything.
function counts(experiment, attempt) {
	return get(experiment, attempt, "ready") == "1" && get(experiment, attempt, "spoilt") == "" && \
		get(experiment, attempt, "skipped") == ""
}

# The value on which all attempts that have it agree; "" when none has it, "?" when they differ.
function agreed(experiment, name, attempt, found, now) {
	for (attempt = 1; attempt <= last[experiment]; attempt++) {
		now = counts(experiment, attempt) ? get(experiment, attempt, name) : ""
		if (now == "")
			continue
		if (found != "" && found != now)
			return "?"
		found = now
	}
	return found
}

# How many attempts have it.
function times(experiment, name, attempt, found) {
	for (attempt = 1; attempt <= last[experiment]; attempt++)
		if (counts(experiment, attempt) && get(experiment, attempt, name) != "")
			found++
	return found + 0
}

# Seen on two servers, with the same outcome.
function confirmed(experiment, name, wanted) {
	return agreed(experiment, name) == wanted && times(experiment, name) >= 2
}

# The first attempt that counts and has it; for what is measured rather than judged.
function measured(experiment, name, attempt) {
	for (attempt = 1; attempt <= last[experiment]; attempt++)
		if (counts(experiment, attempt) && get(experiment, attempt, name) != "")
			return get(experiment, attempt, name)
	return ""
}

function is_number(text) {
	return text ~ /^[0-9]+$/
}

# Whether a server that did not serve was running all the time, or in nearly no look. One that
# goes round and round in waitpid() is shown as asleep now and then: Linux marks it so before it
# looks for a zombie, and takes that back when there is none. One that waits is never running.
function was_running(experiment, attempt, looks, running) {
	for (attempt = 1; attempt <= last[experiment]; attempt++) {
		looks += get(experiment, attempt, "looks")
		running += get(experiment, attempt, "running_looks")
	}
	if (looks < 12)
		return "?"
	if (running >= looks * 0.5)
		return 1
	return running <= looks * 0.2 ? 0 : "?"
}

# Why nothing is known: the reason of the first attempt that has one.
function excuse(experiment, attempt, text) {
	for (attempt = 1; attempt <= last[experiment]; attempt++) {
		if ((text = get(experiment, attempt, "skipped")) != "")
			return "it could not be tried: " text
		if ((text = get(experiment, attempt, "spoilt")) != "")
			return spoilt_words(text)
		if (get(experiment, attempt, "ready") == "0") {
			text = get(experiment, attempt, "first_words")
			return "the server never came to listen" (text == "" ? "" : "; its last words: " text)
		}
	}
	return "it was not tried"
}

function spoilt_words(why) {
	if (why == "time-limit")
		return "the time limit ended the probe"
	if (why == "output-limit")
		return "the server printed more than any log should hold, and was cut off"
	if (why == "stopped-itself")
		return "the server stopped itself (state T)"
	if (why == "too-many-processes")
		return "the server started hundreds of processes and was ended"
	if (why == "strangers")
		return "somebody else was connected to the server"
	return why
}
