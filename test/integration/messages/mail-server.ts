/** A real SMTP server on this machine, with a password, that can be told to refuse. */
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export const PASSWORD = 'a-password-nobody-may-read';

export interface MailServer {
  readonly url: string;
  /** In the order they came. */
  readonly mails: readonly ParsedMail[];
  /** Answers the next mails with this code instead of taking them. */
  refuse(code: number, times: number): void;
  /** Mails that were refused so far. */
  readonly refused: number;
  stop(): Promise<void>;
}

export async function startMailServer(port = 0): Promise<MailServer> {
  const mails: ParsedMail[] = [];
  let refusing = { code: 0, times: 0 };
  let refused = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'backlot' && password === PASSWORD ? done(null, { user: username }) : done(new Error('wrong password')),
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        if (refusing.times === 0) {
          mails.push(mail);
          return done();
        }
        refusing = { ...refusing, times: refusing.times - 1 };
        refused += 1;
        done(Object.assign(new Error('not now'), { responseCode: refusing.code }));
      }, done);
    },
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  // A server that listens on TCP has such an address.
  const { port: taken } = server.server.address() as AddressInfo;
  return {
    url: `smtp://backlot:${PASSWORD}@127.0.0.1:${taken}`,
    mails,
    refuse: (code, times) => {
      refusing = { code, times };
    },
    get refused() {
      return refused;
    },
    stop: () => new Promise((done) => server.close(() => done())),
  };
}
