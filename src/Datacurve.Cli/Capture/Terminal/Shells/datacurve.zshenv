# Read by zsh instead of the user's .zshenv, which it reads first. What that says about ZDOTDIR is kept for the
# user's .zshrc; until then zsh must look for the next file here.

if [[ -n @HAD_ZDOTDIR@ ]]; then
  export ZDOTDIR=@ZDOTDIR@
else
  unset ZDOTDIR
fi
[[ -r ${ZDOTDIR-$HOME}/.zshenv ]] && source "${ZDOTDIR-$HOME}/.zshenv"
if (( ${+ZDOTDIR} )); then
  __datacurve_zdotdir=$ZDOTDIR
  __datacurve_zdotdir_type=${(t)ZDOTDIR}
fi
ZDOTDIR=@FOLDER@
