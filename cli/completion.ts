/** The completion for bash. The library's own needs the package bash-completion and runs what stands on the line; this one does neither. */

/** A script to be sourced by bash. */
export const bashCompletion = `# bash completion for backlot: every Tab asks backlot itself
__backlot_complete() {
  local line word cur="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  # What follows = or : is a word of its own for bash, and no word of ours.
  [[ "$cur" == [=:] || "\${COMP_WORDS[COMP_CWORD-1]}" == [=:] ]] && return
  while IFS= read -r line; do
    [[ "$line" == :* ]] && continue
    word="\${line%%$'\\t'*}"
    [[ "$word" == "$cur"* ]] && COMPREPLY+=("$word")
  done < <(backlot complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
# Nothing to offer: files.
complete -o default -F __backlot_complete backlot
`;
