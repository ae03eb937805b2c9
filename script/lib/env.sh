# shellcheck shell=sh
# Sourced by the other scripts: the top folder, the node that bootstrap puts into data/tools first, a few words.
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 3
PATH=$top/data/tools/node_modules/.bin:$PATH # also before bootstrap fills it
export PATH

# Speak on standard error: standard output is for results.
say() { printf '== %s\n' "$*" >&2; }

# setup_build DIR OPTION...: configure, or look again for folders that came since (options stay as the first time).  What
# an interrupted run left half made is made anew.
setup_build() {
	dir=$1
	shift
	if [ -f "$dir/build.ninja" ] && meson setup --reconfigure "$dir" >"$dir.log" 2>&1; then
		return 0
	fi
	rm -rf "$dir"
	meson setup "$dir" "$@" >"$dir.log" 2>&1 || { tail -20 "$dir.log" >&2; return 1; }
}

# The Panama recording: the copy beside the project, or the one bootstrap fetched.
recording() {
	for f in "${XIE_SHARED:-$top/../shared/data}/ais_raw/panama_balboa_20140405.nmea" \
		"$top/data/recordings/ais28736.log"; do
		[ -f "$f" ] && { echo "$f"; return 0; }
	done
	say "no recording: script/bootstrap fetches it"
	return 3
}
