/** Said in place of a token that was handed out before. */
export const ONCE =
  'A token is shown once, in the first answer to this request, and that was given before. If it is lost, replace the token: the old one then ends at once.';
