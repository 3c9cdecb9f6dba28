// What a person types is theirs. The server's word for a field is an answer to what was sent before, and on a slow
// machine more has been typed since: a late answer never takes the place of newer text.

// Guards an input. `send` hands a text to the server and returns the number that it has; `sent` is the last number
// given before. Returns `show(text, heard)`: what the server wants to be shown, and the last number that it had heard of.
export function guardTyping(input, sent, send) {
  let last = sent;
  let settled = input.value; // as shown or sent last: what differs from it is being typed
  let waiting = null; // said by the server while the person types; holds if they take it back

  function show(text, heard) {
    if (heard < last) return; // it knows of an older text only
    if (input.value !== settled) {
      waiting = text;
      return;
    }
    waiting = null;
    input.value = settled = text;
  }

  function commit() {
    if (input.value !== settled) {
      settled = input.value;
      waiting = null;
      last = send(settled);
    } else if (waiting !== null) {
      show(waiting, last);
    }
  }

  input.addEventListener("blur", commit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") commit();
  });
  return { show, commit };
}
