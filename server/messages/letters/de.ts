import type { Letters } from './language-letters.ts';

/** The letters in German. */
export const de: Letters = {
  greeting: 'Guten Tag {name},',
  greetingUnknown: 'Guten Tag,',
  footer: 'Diese Nachricht betrifft das Konto {account}. Fragen: {sender}',
  credits: { one: 'Credit', other: 'Credits' },
  low: {
    subject: 'Ihr Guthaben geht zur Neige: noch {available}',
    text: 'Ihr Guthaben: noch {available}. Ist es verbraucht, wartet das Anwenden, bis wieder Guthaben da ist; Vorschau, Zurücksetzen und Meldungen bleiben kostenlos.',
  },
  empty: {
    subject: 'Ihr Guthaben ist aufgebraucht',
    text: 'Ihr Guthaben ist aufgebraucht. Darüber hinaus wurde nichts berechnet. Vorschau, Zurücksetzen und Meldungen bleiben kostenlos.',
  },
  expiring: {
    subject: 'Verfall am {date}: {amount}',
    text: 'Am {date} verfällt Guthaben: {amount} ({bucket}). Was zuerst verfällt, wird zuerst verbraucht, damit so wenig wie möglich verloren geht.',
  },
  invoice: {
    subject: 'Rechnung {number}',
    text: 'Anbei erhalten Sie die Rechnung {number} über {total}: {description}.',
  },
  creditNote: {
    subject: 'Gutschrift {number}',
    text: 'Anbei erhalten Sie die Gutschrift {number} über {total}: {description}.',
  },
  renewalRetried: {
    subject: 'Ihre Verlängerung konnte nicht abgebucht werden',
    text: 'Die Verlängerung konnte nicht abgebucht werden: {description}, {amount} (Rechnung {invoice}). Es wurde nichts abgebucht. Der nächste Versuch ist am {date}; bis dahin bleiben Ihr Tarif und sein Guthaben. Die Zahlungsart können Sie in der App ändern.',
  },
  renewalEnded: {
    subject: 'Ihr Tarif ist beendet',
    text: 'Die Verlängerung konnte auch zuletzt nicht abgebucht werden: {description}, {amount} (Rechnung {invoice}). Es wurde nichts abgebucht, die Rechnung wird gutgeschrieben, und der Tarif ist beendet. Gekauftes Guthaben bleibt. Sie können jederzeit neu abonnieren.',
  },
  topUpDeclined: {
    subject: 'Automatisches Aufladen: Die Zahlung wurde abgelehnt',
    text: 'Das automatische Aufladen konnte nicht abgebucht werden: {description}, {amount}. Es wurde nichts abgebucht und nichts gutgeschrieben. Vor dem {date} wird es nicht wieder versucht. Die Zahlungsart können Sie in der App ändern oder selbst aufladen.',
  },
  topUpOff: {
    subject: 'Das automatische Aufladen ist abgeschaltet',
    text: 'Das automatische Aufladen konnte wieder nicht abgebucht werden: {description}, {amount}. Es wurde nichts abgebucht und nichts gutgeschrieben. Das automatische Aufladen ist jetzt abgeschaltet; schalten Sie es wieder ein, wenn eine andere Zahlungsart hinterlegt ist. Ihr Guthaben bleibt.',
  },
  refundRefused: {
    subject: 'Eine Erstattung wurde abgelehnt: {amount}',
    text: 'Die beantragte Erstattung von {amount} wurde von {provider} abgelehnt. Es ging kein Geld zurück. Das dafür abgezogene Guthaben liegt wieder unverändert in Ihrem Wallet. Wenn Sie das für falsch halten, schreiben Sie {provider} oder uns.',
  },
  paymentKept: {
    subject: 'Eine Zahlung konnte nicht zurückgegeben werden: {amount}',
    text: 'Eine Zahlung von {amount} konnte nicht verwendet werden, dafür wurde nichts gutgeschrieben, und {provider} hat die Rückgabe abgelehnt. Sie gehört weiterhin Ihnen: Schreiben Sie uns, wir regeln das.',
  },
};
