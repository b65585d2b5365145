import type { Letters } from './language-letters.ts';

/** The letters in French. */
export const fr: Letters = {
  greeting: 'Bonjour {name},',
  greetingUnknown: 'Bonjour,',
  footer: 'Ce message concerne le compte {account}. Questions : {sender}',
  credits: { one: 'crédit', other: 'crédits' },
  low: {
    subject: 'Votre solde est bas : il reste {available}',
    text: 'Il reste {available} sur votre compte. Une fois ce solde utilisé, l’application des modifications attend de nouveaux crédits ; l’aperçu, l’annulation et les signalements restent gratuits.',
  },
  empty: {
    subject: 'Votre solde est épuisé',
    text: 'Votre solde est épuisé. Rien n’a été débité au-delà. L’aperçu, l’annulation et les signalements restent gratuits.',
  },
  expiring: {
    subject: 'Expiration le {date} : {amount}',
    text: 'Expiration le {date} : {amount} ({bucket}). Ce qui expire en premier est utilisé en premier, afin d’en perdre le moins possible.',
  },
  invoice: {
    subject: 'Facture {number}',
    text: 'Veuillez trouver ci-joint la facture {number} de {total} : {description}.',
  },
  creditNote: {
    subject: 'Avoir {number}',
    text: 'Veuillez trouver ci-joint l’avoir {number} de {total} : {description}.',
  },
  renewalRetried: {
    subject: 'Votre renouvellement n’a pas pu être débité',
    text: 'Le renouvellement n’a pas pu être débité : {description}, {amount} (facture {invoice}). Rien n’a été débité. Une nouvelle tentative aura lieu le {date} ; votre formule et ses crédits restent jusque-là. Vous pouvez changer de moyen de paiement dans l’application.',
  },
  renewalEnded: {
    subject: 'Votre formule a pris fin',
    text: 'Le renouvellement n’a toujours pas pu être débité : {description}, {amount} (facture {invoice}). Rien n’a été débité, la facture fait l’objet d’un avoir et la formule a pris fin. Les crédits achetés restent. Vous pouvez vous abonner de nouveau à tout moment.',
  },
  topUpDeclined: {
    subject: 'Recharge automatique : le paiement a été refusé',
    text: 'La recharge automatique n’a pas pu être débitée : {description}, {amount}. Rien n’a été débité et rien n’a été crédité. Aucune nouvelle tentative n’aura lieu avant le {date}. Vous pouvez changer de moyen de paiement dans l’application ou recharger vous-même.',
  },
  topUpOff: {
    subject: 'La recharge automatique a été désactivée',
    text: 'La recharge automatique n’a de nouveau pas pu être débitée : {description}, {amount}. Rien n’a été débité et rien n’a été crédité. La recharge automatique est désactivée ; réactivez-la quand un autre moyen de paiement est en place. Vos crédits restent.',
  },
  refundRefused: {
    subject: 'Un remboursement a été refusé : {amount}',
    text: 'Le remboursement demandé de {amount} a été refusé par {provider}. Aucun argent n’a été rendu. Les crédits retirés pour cela sont de nouveau dans votre portefeuille, inchangés. Si cela vous semble une erreur, écrivez à {provider} ou à nous.',
  },
  paymentKept: {
    subject: 'Un paiement n’a pas pu être rendu : {amount}',
    text: 'Un paiement de {amount} n’a pas pu être utilisé, rien n’a été crédité et {provider} a refusé de le rendre. Il vous appartient toujours : écrivez-nous et nous le réglerons.',
  },
};
