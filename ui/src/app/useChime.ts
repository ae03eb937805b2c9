// SPDX-License-Identifier: Apache-2.0
// What is heard: level 1 every ten seconds until somebody takes it, level 2 once, the rest silent.
import { watch } from 'vue'
import { ringing } from '../domain/alerts'
import { useAlerts } from '../stores/alerts'
import { useClock } from '../stores/clock'
import { usePrefs } from '../stores/prefs'
import { useSession } from '../stores/session'

export function useChime(): void {
  const alerts = useAlerts()
  const clock = useClock()
  const prefs = usePrefs()
  const session = useSession()
  const rung = new Map<string, number>()
  let lastOne = 0
  let audio: AudioContext | undefined
  let first = true

  // Browsers give no sound before a hand has touched the page.
  document.addEventListener('pointerdown', () => { audio ??= new AudioContext() }, { once: true })
  document.addEventListener('keydown', () => { audio ??= new AudioContext() }, { once: true })

  function tone(at: number, hz: number, seconds: number): void {
    if (!audio) return
    const gain = audio.createGain()
    const osc = audio.createOscillator()
    osc.frequency.value = hz
    gain.gain.setValueAtTime(0, at)
    gain.gain.linearRampToValueAtTime(prefs.volume / 400, at + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds)
    osc.connect(gain).connect(audio.destination)
    osc.start(at)
    osc.stop(at + seconds)
  }

  watch([() => clock.now, () => alerts.version], () => {
    if (!session.me || !alerts.loaded) return
    const now = clock.now
    const due = ringing(alerts.open, rung, now, lastOne)
    // What was there when the page opened is seen, not heard, except the most urgent.
    const opening = first
    first = false
    if (due === undefined || (opening && due === 2)) return
    if (due === 1) lastOne = now
    if (prefs.quiet && prefs.quiet.until > now) return
    if (!audio) return
    const at = audio.currentTime
    if (due === 1) for (const k of [0, 0.22, 0.44]) tone(at + k, 880, 0.2)
    else tone(at, 587, 0.35)
  })
}
