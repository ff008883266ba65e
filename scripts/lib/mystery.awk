# mystery.awk: which defects the mystery servers of a seed have. Reads the patches in stages/defects
# and prints a line for each server: SEED SERVER VERDICT PATCH.
#
# count=COUNT servers, each with another verdict; seeds=SEEDS: numbers, with blanks between them.
# Exit status 3: there are not so many verdicts.
#
# Seeds are mapped one to one: with V verdicts there are P = V (V-1) ... orders of COUNT of them, and
# any P seeds in a row give P different orders. So two seeds give the same servers only if they are
# P apart, or a multiple of it. All numbers stay far below 2^53, where every awk is exact.

# An LCG, which has all of 0 ... modulus-1 as its period (Knuth, TAOCP 2, 3.2.1.2: modulus a power
# of two, step odd, factor of the form 4n + 1), so that each step is one to one. modulus <= 2^30.
function lcg(x) {
	return (x * 69069 + 12345) % modulus
}

# The low bits of an LCG hardly vary, and the high ones do: it changes them over.
function swap_halves(x) {
	return x % half * half + int(x / half)
}

# One to one on 0 ... modulus-1, and so is going on until one below `orders` comes up.
function scramble(x) {
	do
		x = lcg(swap_halves(lcg(swap_halves(lcg(x)))))
	while (x >= orders)
	return x
}

function choose(seed,    i, j, order, left, rest) {
	order = scramble(seed % orders)
	state = lcg(seed % modulus)
	for (i = 1; i <= verdicts; i++)
		rest[i] = i
	left = verdicts
	for (i = 1; i <= count; i++) {
		j = order % left + 1
		order = int(order / left)
		print seed, "server" i, verdict[rest[j]], variant(rest[j])
		rest[j] = rest[left--]
	}
}

# Where several patches have one verdict, any of them. It need not be one to one.
function variant(v) {
	state = lcg(swap_halves(state))
	return patch[v, int(state / half) % variants[v] + 1]
}

FNR == 1 {
	if ($0 !~ /^Kind: defect, verdict /)
		next
	# It shows under a limit of processes only, which not every machine lets everybody set.
	if ($NF ~ /-when-fork-fails$/)
		next
	if (!($NF in number))
		verdict[number[$NF] = ++verdicts] = $NF
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\.patch$/, "", name)
	patch[number[$NF], ++variants[number[$NF]]] = name
}

END {
	if (count > verdicts)
		exit 3
	orders = 1
	for (i = 0; i < count; i++)
		orders *= verdicts - i
	half = 2
	while (half * half < orders)
		half *= 2
	modulus = half * half
	many = split(seeds, seed, " ")
	for (i = 1; i <= many; i++)
		choose(seed[i] + 0)
}
