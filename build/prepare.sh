#!/bin/sh
# What npm runs in a clone, once its packages are there. npx runs it too and then changes the mode of the program's file, so
# it cannot work where the clone is another user's; npm keeps what a script says of that to itself.
[ -w . ] && exec npm run build

owner=$(stat -c %U .)
message="nvbench: npx cannot run here, this folder is $owner's; start the program itself: $PWD/dist/bundle/nvbench.js"
echo "$message" >&2
{ printf '\n%s\n' "$message" >/dev/tty; } 2>/dev/null

# Else the next npx would take its half-made copy for a whole one, and say something else.
for link in "$npm_config_cache"/_npx/*/node_modules/nvbench; do
  [ "$link" -ef . ] && rm -f "$link"
done
exit 1
