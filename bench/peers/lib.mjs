// Shoppers, each with a connection of its own and one request at a time.
import { Client } from "undici"
import { readFileSync } from "node:fs"

/** What the seed has left for the load: ids and accounts. */
export const state = () => JSON.parse(readFileSync("state.json", "utf8"))

export const any = (list) => list[Math.floor(Math.random() * list.length)]

export function shopper(base) {
  const client = new Client(base, { pipelining: 1, bodyTimeout: 60000, headersTimeout: 60000 })
  const me = { headers: {} }
  me.http = async (method, path, body) => {
    const answer = await client.request({
      method, path,
      headers: { "content-type": "application/json", ...me.headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 120)}`)
    return { headers: answer.headers, json: JSON.parse(text) }
  }
  me.close = () => client.close()
  return me
}

const percentile = (sorted, share) => sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] : null

/**
 * Prints one line of JSON. `work(me, number)` does one operation and throws when it did not succeed; `total`: that many
 * tries, instead of `seconds`.
 */
export async function run({ base, shoppers, seconds, total, work, begin }) {
  const times = [], errors = {}
  const crowd = Array.from({ length: shoppers }, () => shopper(base))
  if (begin) await Promise.all(crowd.map(begin))
  console.log("begun")
  let next = 0
  const start = performance.now(), end = total ? Infinity : start + seconds * 1000
  await Promise.all(crowd.map(async (me) => {
    for (let number = next++; performance.now() < end && !(number >= total); number = next++) {
      const from = performance.now()
      try {
        await work(me, number)
        times.push(performance.now() - from)
      } catch (e) {
        const what = String(e.message).slice(0, 140)
        errors[what] = (errors[what] ?? 0) + 1
      }
    }
  }))
  const length = (performance.now() - start) / 1000
  await Promise.all(crowd.map((me) => me.close()))
  times.sort((a, b) => a - b)
  console.log(JSON.stringify({
    count: times.length, per_second: times.length / length,
    p50: percentile(times, 0.5), p99: percentile(times, 0.99),
    failed: Object.values(errors).reduce((a, b) => a + b, 0), error: Object.keys(errors)[0] ?? null,
  }))
}
