// Talking to the sandbox server: plain JSON calls and the live stream.

const BASE = "/_sandbox";

/** Calls `path`. GET without a body, else POST JSON (or a FormData as it is). Never throws: a failure is `{ok: false, error}`. */
export async function call(path, body) {
  try {
    const response = await fetch(BASE + path, request(body));
    const answer = await response.json().catch(() => ({}));
    if (response.ok && answer.ok !== false) return { ok: true, ...answer };
    return { ...answer, ok: false, error: answer.error || `http_${response.status}` };
  } catch {
    return { ok: false, error: "offline" };
  }
}

function request(body) {
  if (body === undefined) return {};
  if (body instanceof FormData) return { method: "POST", body };
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

export const query = (params) => new URLSearchParams(params).toString();

export const fileUrl = (id) => `${BASE}/file/${encodeURIComponent(id)}`;

/**
 * Keeps an EventSource open. `onEvent(event)` gets parsed events, `onState(connected, again)` every change;
 * after an interruption the browser reconnects by itself, a refused stream is tried again every 2 seconds.
 */
export function listen(onEvent, onState) {
  let source;
  let lost = false;
  const open = () => {
    source = new EventSource(`${BASE}/events?as=*`);
    source.onopen = () => {
      onState(true, lost);
      lost = false;
    };
    source.onmessage = (message) => onEvent(JSON.parse(message.data));
    source.onerror = () => {
      if (!lost) onState(false, false);
      lost = true;
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 2000);
    };
  };
  open();
  return () => source.close();
}
