/** What the server tells whoever runs it, on standard error, one JSON line each: states that begin and end, never what a request carried. */
export interface Journal {
  /** Once for as long as it stays the same: `subject` names what is in this state, null says that it is over. */
  state(subject: string, trouble: string | null): void;
  /** What must never happen: one line each time. `facts` name accounts and figures, never a person or a secret. */
  fault(what: string, facts: Readonly<Record<string, string>>): void;
}

/** Subjects whose state is remembered; past that the oldest is forgotten, and may be told a second time. */
const SUBJECTS_REMEMBERED = 10_000;

/** A journal that writes lines of JSON, each state once for as long as it lasts. */
export class Writing implements Journal {
  readonly #states = new Map<string, string>();
  readonly #write: (line: string) => void;

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  fault(what: string, facts: Readonly<Record<string, string>>): void {
    this.#write(JSON.stringify({ level: 'error', time: Date.now(), msg: what, ...facts }));
  }

  state(subject: string, trouble: string | null): void {
    const before = this.#states.get(subject);
    if (trouble === (before ?? null)) return;
    if (trouble === null) this.#states.delete(subject);
    else this.#states.set(subject, trouble);
    const [oldest] = this.#states.keys();
    if (this.#states.size > SUBJECTS_REMEMBERED && oldest !== undefined) this.#states.delete(oldest);
    this.#write(
      JSON.stringify({ level: trouble === null ? 'info' : 'error', time: Date.now(), msg: `${subject}: ${trouble ?? 'works again'}` }),
    );
  }
}
