#!/bin/sh
# What npm runs in a clone, once its packages are there. npx runs it too and then changes the mode of the program's file, so
# it cannot work where the clone is another user's; npm keeps what a script says of that to itself, and says nothing.
[ -w . ] && exec npm run build

owner=$(stat -c %U .)
message="nvbench: npx cannot run here, this folder is $owner's; start the program itself: $PWD/dist/bundle/nvbench.js"
echo "$message" >&2

# So it is said where npm itself would say it, or on the terminal.
npm=$PPID
while [ "${npm:-1}" -gt 1 ] && ! [ "/proc/$npm/exe" -ef "$npm_node_execpath" ]; do
  npm=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$npm/status")
done
say() {
  [ -t 3 ] && echo >&3 # behind what npm draws there
  echo "$message" >&3
}
{ say 3>>"/proc/$npm/fd/2" || say 3>>/dev/tty; } 2>/dev/null

# Else the next npx would take its half-made copy for a whole one, and say something else.
for link in "$npm_config_cache"/_npx/*/node_modules/nvbench; do
  [ "$link" -ef . ] && rm -f "$link"
done
exit 1
