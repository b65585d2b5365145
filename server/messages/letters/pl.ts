import type { Letters } from './language-letters.ts';

/** The letters in Polish. */
export const pl: Letters = {
  greeting: 'Dzień dobry, {name},',
  greetingUnknown: 'Dzień dobry,',
  footer: 'Ta wiadomość dotyczy konta {account}. Pytania: {sender}',
  credits: { one: 'kredyt', few: 'kredyty', many: 'kredytów', other: 'kredytu' },
  low: {
    subject: 'Niskie saldo: {available}',
    text: 'Pozostałe saldo: {available}. Po jego wykorzystaniu zatwierdzanie zmian czeka na nowe środki; podgląd, cofanie i zgłoszenia pozostają bezpłatne.',
  },
  empty: {
    subject: 'Saldo zostało wykorzystane',
    text: 'Saldo zostało wykorzystane. Nic ponad nie zostało pobrane. Podgląd, cofanie i zgłoszenia pozostają bezpłatne.',
  },
  expiring: {
    subject: 'Wygasa {date}: {amount}',
    text: 'Wygasa {date}: {amount} ({bucket}). Środki, które wygasają najwcześniej, są wykorzystywane w pierwszej kolejności, aby przepadło jak najmniej.',
  },
  invoice: {
    subject: 'Faktura {number}',
    text: 'W załączniku przesyłamy fakturę {number} na kwotę {total}: {description}.',
  },
  creditNote: {
    subject: 'Faktura korygująca {number}',
    text: 'W załączniku przesyłamy fakturę korygującą {number} na kwotę {total}: {description}.',
  },
  renewalRetried: {
    subject: 'Nie udało się pobrać opłaty za przedłużenie',
    text: 'Nie udało się pobrać opłaty za przedłużenie: {description}, {amount} (faktura {invoice}). Nic nie zostało pobrane. Kolejna próba nastąpi {date}; do tego czasu plan i jego środki pozostają. Metodę płatności można zmienić w aplikacji.',
  },
  renewalEnded: {
    subject: 'Plan został zakończony',
    text: 'Także ostatnim razem nie udało się pobrać opłaty za przedłużenie: {description}, {amount} (faktura {invoice}). Nic nie zostało pobrane, faktura zostanie skorygowana, a plan został zakończony. Kupione środki pozostają. Subskrypcję można wznowić w każdej chwili.',
  },
  topUpDeclined: {
    subject: 'Automatyczne doładowanie: płatność odrzucona',
    text: 'Nie udało się pobrać opłaty za automatyczne doładowanie: {description}, {amount}. Nic nie zostało pobrane ani dopisane. Kolejnej próby nie będzie przed {date}. Metodę płatności można zmienić w aplikacji albo doładować samodzielnie.',
  },
  topUpOff: {
    subject: 'Automatyczne doładowanie zostało wyłączone',
    text: 'Ponownie nie udało się pobrać opłaty za automatyczne doładowanie: {description}, {amount}. Nic nie zostało pobrane ani dopisane. Automatyczne doładowanie jest teraz wyłączone; można je włączyć, gdy będzie inna metoda płatności. Środki pozostają.',
  },
  refundRefused: {
    subject: 'Zwrot został odrzucony: {amount}',
    text: 'Zwrot {amount}, o który wystąpiono, został odrzucony przez {provider}. Pieniądze nie wróciły. Pobrane za to środki są znów w portfelu, bez zmian. Jeśli to pomyłka, proszę napisać do {provider} lub do nas.',
  },
  paymentKept: {
    subject: 'Nie udało się zwrócić płatności: {amount}',
    text: 'Płatność {amount} nie mogła zostać użyta, nic za nią nie dopisano, a {provider} odmówił jej zwrotu. Nadal należy do Państwa: proszę do nas napisać, załatwimy to.',
  },
};
