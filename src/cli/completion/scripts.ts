/** The shells for which there is a script. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** What a completion is told by instead of words: the shell's own files. */
export const FILES = ':file'

const BASH = `# flotilla completion bash: source it, or put it into /etc/bash_completion.d
_flotilla() {
  local IFS=$'\\n' current="\${COMP_WORDS[COMP_CWORD]}" found
  found=$("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "$found" = '${FILES}' ]; then
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$found" -- "$current"))
  fi
}
complete -F _flotilla flotilla kubectl-flotilla
`

const ZSH = `#compdef flotilla kubectl-flotilla
# flotilla completion zsh: put it as _flotilla into a folder of fpath, or source it
_flotilla() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${found[1]}" == '${FILES}' ]]; then
    _files
  else
    compadd -a found
  fi
}
compdef _flotilla flotilla kubectl-flotilla
`

const FISH = `# flotilla completion fish: put it into ~/.config/fish/completions/flotilla.fish
function __flotilla_complete
  set -l typed (commandline -opc) (commandline -ct)
  set -l found ($typed[1] __complete -- $typed[2..-1] 2>/dev/null)
  if test "$found" = '${FILES}'
    __fish_complete_path (commandline -ct)
  else
    string join \\n $found
  end
end
complete -c flotilla -f -a '(__flotilla_complete)'
`

/** The script that teaches a shell to complete. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }
