import type { Letters } from './language-letters.ts';

/** The letters in Spanish. */
export const es: Letters = {
  greeting: 'Hola, {name}:',
  greetingUnknown: 'Hola:',
  footer: 'Este mensaje se refiere a la cuenta {account}. Preguntas: {sender}',
  credits: { one: 'crédito', other: 'créditos' },
  low: {
    subject: 'Su saldo es bajo: {available}',
    text: 'Saldo restante: {available}. Cuando se agote, la aplicación de cambios espera hasta que haya saldo de nuevo; la vista previa, la reversión y los avisos siguen siendo gratuitos.',
  },
  empty: {
    subject: 'Su saldo se ha agotado',
    text: 'Su saldo se ha agotado. No se ha cobrado nada más. La vista previa, la reversión y los avisos siguen siendo gratuitos.',
  },
  expiring: {
    subject: 'Caducidad el {date}: {amount}',
    text: 'Caducidad el {date}: {amount} ({bucket}). Lo que caduca primero se usa primero, para que se pierda lo menos posible.',
  },
  invoice: {
    subject: 'Factura {number}',
    text: 'Adjuntamos la factura {number} por {total}: {description}.',
  },
  creditNote: {
    subject: 'Factura rectificativa {number}',
    text: 'Adjuntamos la factura rectificativa {number} por {total}: {description}.',
  },
  renewalRetried: {
    subject: 'No se ha podido cobrar su renovación',
    text: 'No se ha podido cobrar la renovación: {description}, {amount} (factura {invoice}). No se ha cobrado nada. Se intentará de nuevo el {date}; hasta entonces conserva su plan y su saldo. Puede cambiar el método de pago en la aplicación.',
  },
  renewalEnded: {
    subject: 'Su plan ha terminado',
    text: 'Tampoco esta vez se ha podido cobrar la renovación: {description}, {amount} (factura {invoice}). No se ha cobrado nada, la factura se rectifica y el plan ha terminado. El saldo comprado se conserva. Puede volver a suscribirse cuando quiera.',
  },
  topUpDeclined: {
    subject: 'Recarga automática: el pago ha sido rechazado',
    text: 'No se ha podido cobrar la recarga automática: {description}, {amount}. No se ha cobrado ni abonado nada. No se intentará de nuevo antes del {date}. Puede cambiar el método de pago en la aplicación o recargar usted mismo.',
  },
  topUpOff: {
    subject: 'La recarga automática se ha desactivado',
    text: 'Tampoco esta vez se ha podido cobrar la recarga automática: {description}, {amount}. No se ha cobrado ni abonado nada. La recarga automática queda desactivada; actívela de nuevo cuando haya otro método de pago. Su saldo se conserva.',
  },
  refundRefused: {
    subject: 'Se ha rechazado un reembolso: {amount}',
    text: '{provider} ha rechazado el reembolso solicitado de {amount}. No se ha devuelto dinero. El saldo que se había retirado está de nuevo en su monedero, tal como estaba. Si cree que es un error, escriba a {provider} o a nosotros.',
  },
  paymentKept: {
    subject: 'No se ha podido devolver un pago: {amount}',
    text: 'Un pago de {amount} no se ha podido utilizar, no se ha abonado nada por él y {provider} ha rechazado devolverlo. Sigue siendo suyo: escríbanos y lo resolveremos.',
  },
};
