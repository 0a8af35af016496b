import type { Message } from './message';

/** Every message Mailgun took, in order: a number stands for each where an object would be too much. */
export class TakenMessages {
  private readonly messages: Message[] = [];

  /** Gives a message its number. */
  add(message: Message): void {
    message.number = this.messages.length;
    this.messages.push(message);
  }

  /** @throws {Error} for a number that was not given. */
  at(number: number): Message {
    const message = this.messages[number];
    if (message === undefined) throw new Error(`no message has the number ${String(number)}`);
    return message;
  }

  list(): readonly Message[] {
    return this.messages;
  }

  clear(): void {
    this.messages.length = 0;
  }
}
