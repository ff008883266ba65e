# clock.sh: milliseconds since the clock was started, without starting a process for it where the
# system has /proc/uptime (which counts hundredths); elsewhere by whole seconds, from date.
# shellcheck shell=sh
# shellcheck disable=SC2034  # clock_ms is for those who source this

clock_begin=0
clock_ms=0 # at the last clock_read

clock_uptime() {
	{ read -r clock_up clock_idle </proc/uptime; } 2>/dev/null || return
	case $clock_up in
	*[!0-9.]* | *.*.*) return 1 ;;
	*.??) ;;
	*) return 1 ;;
	esac
	: "$clock_idle"
	clock_now=${clock_up%.*}${clock_up#*.}
	while [ "$clock_now" != "${clock_now#0}" ] && [ "$clock_now" != 0 ]; do
		clock_now=${clock_now#0} # or $(( )) would read it as octal
	done
	clock_now=$((clock_now * 10))
}

clock_read() {
	clock_uptime || clock_now=$(($(date +%s) * 1000))
	clock_ms=$((clock_now - clock_begin))
}

clock_start() {
	clock_begin=0
	clock_read
	clock_begin=$clock_now
	clock_ms=0
}
