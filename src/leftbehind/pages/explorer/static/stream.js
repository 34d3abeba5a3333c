// Asks the engine one question and hands its events on; aborting the signal cancels the question.

import { t } from "./words.js";

export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

export async function ask(question, signal, each) {
  const reply = await fetch("api/answer", {
    method: "POST", signal, headers: { "content-type": "application/json" }, body: JSON.stringify(question),
  });
  if (!reply.ok) {
    const { error } = await reply.json().catch(() => ({ error: t("problem.status", { status: reply.status }) }));
    throw new Refused(reply.status, error);
  }
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let ended = false;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    const parts = text.split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const data = part.split("\n").find((line) => line.startsWith("data: "));
      if (!data) continue;
      const event = JSON.parse(data.slice(6));
      ended ||= ["done", "failed", "cancelled"].includes(event.kind);
      each(event);
    }
  }
  if (!ended) throw new Refused(0, t("problem.ended"));
}
