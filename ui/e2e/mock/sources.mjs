// SPDX-License-Identifier: Apache-2.0
// Invented sources that count upwards.
const START = Date.now() - 3 * 3_600_000

export class Sources {
  list = [
    { id: 'ais-1', name: '佛山 1 号 AIS 基站', kind: 'nmea_tcp', address: '10.20.4.11:4001', rate: 900, bad: 3, targets: 188 },
    { id: 'ais-2', name: '佛山 2 号 AIS 基站', kind: 'nmea_tcp', address: '10.20.4.12:4001', rate: 1536, bad: 5, targets: 143 },
    { id: 'ais-3', name: '容桂 AIS 基站', kind: 'nmea_udp', address: '0.0.0.0:10110', rate: 40, bad: 2, targets: 61, health: 'late', why: '3 分钟没有新报文', why_en: '' },
    { id: 'jt-1', name: '渣土车 808 网关', kind: 'jt808', address: '0.0.0.0:7611', rate: 2200, bad: 1, targets: 230, terminals: 228 },
    { id: 'file-1', name: '巴拿马 2014 录制', kind: 'nmea_file', address: 'panama_balboa_20140405.nmea', rate: 600, bad: 9, targets: 96 },
  ]

  view(s) {
    const minutes = (Date.now() - START) / 60_000
    const accepted = s.enabled === false ? 0 : Math.floor(minutes * s.rate)
    const rejected = Math.floor((accepted * s.bad) / 1000)
    const health = s.enabled === false ? 'off' : (s.health ?? 'up')
    return {
      id: s.id, name: s.name, kind: s.kind, address: s.address, enabled: s.enabled !== false, health, ...(health === 'late' ? { why: s.why } : {}),
      since: new Date(health === 'late' ? Date.now() - 180_000 : START).toISOString(), last: new Date(Date.now() - (health === 'up' ? 400 : 180_000)).toISOString(),
      lag_ms: 300, rate_per_min: health === 'up' ? s.rate : 0, accepted, rejected, bytes: accepted * 48, targets: s.targets, ...(s.terminals ? { terminals: s.terminals } : {}),
      rejects: [{ reason: 'checksum', count: Math.ceil(rejected * 0.7) }, { reason: 'truncated', count: Math.floor(rejected * 0.3) }],
    }
  }

  all() {
    return this.list.map((s) => this.view(s))
  }

  detail(id) {
    const s = this.list.find((x) => x.id === id)
    if (!s) return undefined
    const now = Date.now()
    return {
      source: this.view(s),
      recent: Array.from({ length: 20 }, (_, i) => ({ at: new Date(now - i * 700).toISOString(), received: new Date(now - i * 700 + 300).toISOString(), source: id, text: s.kind === 'jt808' ? `7E0200003C0138${String(i).padStart(8, '0')}00${(i + 16).toString(16)}00000000000000030158C9${(0xa0 + i).toString(16).toUpperCase()}7E` : `!AIVDM,1,1,,${i % 2 ? 'B' : 'A'},16:Wh200${i.toString(16)}\`6@O8=6Em41k?B0D0F,0*1B` })),
      rejected: [{ at: new Date(now - 60_000).toISOString(), reason: 'checksum', text: '!AIVDM,1,1,,A,16:Wh2001o`6@O8=6Em41k?B0D0F,0*00' }, { at: new Date(now - 90_000).toISOString(), reason: 'truncated', text: '!AIVDM,2,1,5,B,55NPmP02>tQ' }],
      spans: [{ health: 'up', from: new Date(START).toISOString() }],
    }
  }

  add(config) {
    const s = { id: `src-${this.list.length + 1}`, ...config, rate: 300, bad: 4, targets: 12 }
    this.list.push(s)
    return this.view(s)
  }
}
