/** The scripts that `nvbench completion` prints. Each asks `nvbench __complete` for the words before the cursor. */

/** What the scripts call; not in the help text. */
export const COMPLETE_WORD = '__complete';

/** Bash breaks words at `:` and `=`, which targets and KEY=VALUE hold: the line is split anew, the answer cut to fit. */
const BASH = `# bash completion of nvbench; load it with: source <(nvbench completion bash)
_nvbench() {
  local -a words reply
  local current breaks kept='' word
  read -ra words <<< "\${COMP_LINE:0:COMP_POINT}"
  [[ "\${COMP_LINE:0:COMP_POINT}" == *[[:blank:]] ]] && words+=('')
  current="\${words[-1]}"
  mapfile -t reply < <(nvbench ${COMPLETE_WORD} "\${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  case "\${reply[0]}" in
    files) compopt -o filenames -o default 2>/dev/null; return ;;
    words) ;;
    *) compopt +o default 2>/dev/null; return ;;
  esac
  breaks="\${COMP_WORDBREAKS//[^:=]/}"
  [[ -n "$breaks" ]] && kept="\${current%"\${current##*["$breaks"]}"}"
  for word in "\${reply[@]:1}"; do
    word="\${word%%$'\\t'*}"
    COMPREPLY+=("\${word#"$kept"}")
  done
  [[ \${#COMPREPLY[@]} == 1 && "\${COMPREPLY[0]}" == *[:=] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _nvbench nvbench
`;

const ZSH = `#compdef nvbench
# zsh completion of nvbench; load it with: source <(nvbench completion zsh)
_nvbench() {
  local -a reply described
  local line
  reply=("\${(@f)$(nvbench ${COMPLETE_WORD} "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case "\${reply[1]}" in
    files) _files ;;
    words)
      for line in "\${(@)reply[2,-1]}"; do
        described+=("\${\${line//:/\\\\:}/$'\\t'/:}")
      done
      _describe -V nvbench described
      ;;
  esac
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then
  _nvbench "$@"
else
  compdef _nvbench nvbench
fi
`;

const FISH = `# fish completion of nvbench; load it with: nvbench completion fish | source
function __nvbench_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l reply (nvbench ${COMPLETE_WORD} $words[2..-1] "$current" 2>/dev/null)
    switch "$reply[1]"
        case files
            __fish_complete_path "$current"
        case words
            printf '%s\\n' $reply[2..-1]
    end
end
complete -c nvbench -f -a '(__nvbench_complete)'
`;

export const SHELL_SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

export type ShellName = keyof typeof SHELL_SCRIPTS;
export const SHELL_NAMES = Object.keys(SHELL_SCRIPTS) as ShellName[];

/** The shell that $SHELL names; undefined for another one. */
export function shellOf(path: string | undefined): ShellName | undefined {
  const name = path?.split('/').at(-1);
  return SHELL_NAMES.find((shell) => shell === name);
}
