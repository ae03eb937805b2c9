// SPDX-License-Identifier: Apache-2.0
// Made by script/gen-api.mjs from api/openapi.yaml and api/errors.yaml. Do not edit.

export interface ErrorBody {
  /** a key of errors.yaml */
  code: string
  /** for people, in the language asked for */
  message: string
  /** what exactly */
  detail?: string
  /** what would be right */
  hint?: string
  /** name of the field or parameter that is wrong */
  field?: string
  /** number to report; in the server's log with the cause */
  ref?: string
  retry_after_s?: number
  unmet?: Unmet[]
  /** 409: the thing as it is now (Alert or CaseDetail) */
  current?: Record<string, unknown>
  /** 409 on a case: what others did since the version that was sent */
  changed?: CaseEvent[]
}

export interface Health {
  ok: boolean
  version: string
  time: string
  parts: {
    /** journal, store, engine, disk */
    name: string
    ok: boolean
    detail?: string
  }[]
}

export type Role = 'duty' | 'officer' | 'unit_head' | 'leader' | 'reviewer' | 'hearing_host' | 'archivist' | 'supervisor' | 'sysadmin' | 'secadmin' | 'auditor'

export type TargetKind = 'vessel' | 'vehicle' | 'station' | 'aid' | 'person' | 'place'

export type Mode = 'patrol' | 'warning' | 'checkpoint' | 'guard' | 'track' | 'analysis'

export interface ServerInfo {
  /** the authority's name as shown beside the brand */
  name: string
  name_en?: string
  version: string
  time: string
  utc_offset: string
  demo: boolean
  /** only in a demo */
  demo_accounts?: {
    login: string
    password: string
    name: string
    roles: Role[]
  }[]
  view?: View
  tiles?: Tiles
}

/** where the map starts */
export interface View {
  lat: number
  lon: number
  zoom: number
}

/** the operator's own base map; absent = the built-in coast line */
export interface Tiles {
  /** raster template with {z} {x} {y} */
  url: string
  attribution: string
  max_zoom?: number
  /** map approval number (审图号) */
  approval?: string
}

export interface Login {
  login: string
  password: string
}

export interface PasswordChange {
  old: string
  new: string
}

export interface Me {
  id: string
  login: string
  name: string
  roles: Role[]
  org: Org
  officer?: OfficerTie
  csrf: string
  /** the session ends then unless used */
  expires: string
  must_change_password: boolean
}

/** the officer whom this user is, today */
export interface OfficerTie {
  id: string
  cert_no: string
  cert_to: string
  cert_from?: string
  /** field of law the certificate is for; absent = every */
  scope?: string
  /** of a leader */
  rank?: 'principal' | 'deputy'
  /** national legal-profession qualification */
  legal_qualification?: boolean
}

export interface OfficerInput {
  cert_no?: string
  cert_from?: string
  cert_to?: string
  scope?: string
  rank?: 'principal' | 'deputy'
  legal_qualification?: boolean
}

export interface Org {
  id: string
  name: string
  /** GB/T 2260 code */
  region: string
  parent?: string
}

export interface PersonRef {
  id: string
  name: string
}

export interface SearchHits {
  items: {
    kind: 'target' | 'alert' | 'zone' | 'case'
    id: string
    title: string
    sub?: string
    lat?: number
    lon?: number
  }[]
}

/** what is last known of a target */
export interface Position {
  key: string
  kind: TargetKind
  /** name or plate; absent = only the number in the key */
  name?: string
  lat: number
  lon: number
  speed_dmph?: number
  course_cdeg?: number
  heading_cdeg?: number
  /** event time of the fix */
  at: string
  /** moored = at anchor, moored, parked or below 0.5 kn / 3 km/h */
  motion: 'moving' | 'moored'
  /** expected time between reports in this state; older than 3 of them is silent */
  interval_s?: number
  /** accuracy radius where the source says one */
  acc_m?: number
  /** ours (patrol craft, patrol car) */
  own?: boolean
  len_mm?: number
  /** cargo, tanker, passenger, fishing, tug, dump_truck, ... */
  sub?: string
  /** clock or position not to be trusted */
  suspect?: boolean
  /** id of the source of this fix */
  source?: string
}

export interface TargetSnapshot {
  /** the instant shown */
  at: string
  /** resume /api/events from here (live only) */
  seq: number
  items: Position[]
  /** how many there are in the box; more than items = cut at limit */
  total: number
}

export type OrderKind = 'text' | 'track' | 'photo' | 'locate' | 'set' | 'read'

/** received: 0x0001 result 0; answered: its own answer came; effect: it was seen to happen */
export type OrderState = 'queued' | 'sent' | 'received' | 'answered' | 'done' | 'effect' | 'no_effect' | 'refused' | 'unanswered' | 'expired'

export interface OrderAsk {
  kind: OrderKind
  /** of kind text */
  text?: string
  urgent?: boolean
  /** of kind track; 0 stops it */
  interval_s?: number
  /** of kind track with an interval */
  validity_s?: number
  /** of kind photo; default 1 */
  channel?: number
  /** of kind set: {"report_interval_s": 10}; names as docs/configuration.md says */
  parameters?: Record<string, unknown>
  /** how long the terminal may stay away; default 600 */
  patience_s?: number
}

export interface OrderStep {
  state: OrderState
  at: string
  /** of 0x0001 or 0x0805, when it refused */
  result?: number
  /** SHA-256 of the picture that came */
  media?: string
  /** what the terminal said */
  answer?: Record<string, unknown>
}

export interface Order {
  id: string
  target: string
  kind: OrderKind
  ask: Record<string, unknown>
  /** who gave it */
  by: string
  at: string
  state: OrderState
  steps: OrderStep[]
}

export interface TargetCard {
  key: string
  kind: TargetKind
  name?: string
  position?: Position
  sub?: string
  callsign?: string
  imo?: string
  plate?: string
  plate_color?: string
  destination?: string
  draught_mm?: number
  len_mm?: number
  beam_mm?: number
  first_seen?: string
  sources?: string[]
  /** zones it is in now */
  zones?: Ref[]
  /** identity links, dated and reasoned */
  links: {
    /** registration, imo, plate, terminal, party, permit */
    what: string
    value: string
    since?: string
    reason?: string
  }[]
  recent_alerts: Alert[]
  /** alerts of the last 365 days */
  alerts_year?: number
}

export interface Ref {
  id: string
  name: string
  name_en?: string
}

export interface TargetRef {
  key: string
  kind: TargetKind
  name?: string
}

export interface Track {
  key: string
  from: string
  to: string
  /** archived points in the span, before thinning */
  total: number
  points: TrackPoint[]
}

export interface TrackPoint {
  at: string
  lat: number
  lon: number
  speed_dmph?: number
  course_cdeg?: number
  /** the step to this point is no path (gap or jump) */
  brk?: boolean
}

export interface Timeline {
  from: string
  to: string
  alerts: {
    id: string
    level: number
    state: HandlingState
    open: string
    title?: string
  }[]
  acts: {
    at: string
    act: string
    by: string
    alert?: string
  }[]
  /** spans in which a source was down */
  gaps: {
    source: string
    name?: string
    from: string
    /** absent = still down */
    to?: string
  }[]
}

/** what people did with the alert; the episode itself is open, close and withdrawn */
export type HandlingState = 'new' | 'acknowledged' | 'snoozed' | 'verified' | 'dismissed' | 'lead'

export interface Alert {
  id: string
  /** revision of the engine's fact */
  rev: number
  /** number of people's acts on it; send it with an act */
  version: number
  rule: Ref
  mode: Mode
  level: number
  /** one line: rule and the compared values, e.g. 桥区超速 12.4 kn，限 8.0 */
  title?: string
  title_en?: string
  target: TargetRef
  other?: TargetRef
  zone?: Ref
  direction?: 'L2R' | 'R2L'
  since: string
  open: string
  /** absent = still holds */
  close?: string
  end?: 'left' | 'cured' | 'apart' | 'heard' | 'gap' | 'jump' | 'event' | 'eof' | 'repacked'
  already_inside?: boolean
  peak_dmph?: number
  limit_dmph?: number
  /** where it opened */
  lat?: number
  lon?: number
  /** the fact was taken back by late data; reason in withdrawn_why */
  withdrawn?: boolean
  withdrawn_why?: string
  /** why it does not serve as evidence as it stands */
  suspect?: string
  /** violation code the rule names */
  violation?: string
  /** of verdicts on this rule in the last 90 days */
  false_rate_permille?: number
  state: HandlingState
  handler?: PersonRef
  handled_at?: string
  /** of a dismissal or snooze */
  reason?: string
  /** absent while snoozed = until it leaves */
  snooze_to?: string
  case_no?: string
  pack?: string
  semantics?: number
}

export interface AlertPage {
  items: Alert[]
  total: number
  next?: string
  /** the list includes every alert event up to this one */
  seq: number
}

export interface AlertAct {
  act: 'acknowledge' | 'verify' | 'snooze' | 'take_back' | 'lead' | 'note'
  version: number
  /** verify: true = 属实, false = 误报 (needs reason) */
  verdict?: boolean
  /** a code of DismissReason, or free text */
  reason?: string
  /** snooze: absent = until it leaves */
  snooze_min?: 15 | 60
  text?: string
}

export type DismissReason = 'position_error' | 'identity_error' | 'official_duty' | 'permitted' | 'emergency' | 'zone_wrong' | 'rule_too_strict' | 'source_fault' | 'other'

export interface AlertDetail {
  alert: Alert
  /** the rule's text in CQL2 */
  condition: string
  rule_digest?: string
  zone_digest?: string
  /** articles the violation names */
  basis?: string[]
  arithmetic: Arithmetic
  /** at most 200, oldest first */
  frames: Frame[]
  frames_total: number
  acts: ActRecord[]
  evidence?: EvidenceState
  next: NextAct[]
}

/** the values compared, integers as the engine compared them */
export interface Arithmetic {
  columns: {
    /** at, speed, limit, margin, held, distance, angle, count */
    key: string
    /** ms, dmph, mm, cdeg, n; empty for at */
    unit: string
  }[]
  rows: {
    at: string
    values: number[]
    mark?: 'since' | 'open' | 'peak' | 'close'
    /** index into frames */
    frame?: number
  }[]
  /** the rule's `for` */
  need_ms?: number
  note?: string
}

export interface Frame {
  /** event time */
  at: string
  received?: string
  source: string
  /** the sentence, or hex of binary frames */
  text: string
  /** one line of JSON as `xiezhi decode` prints it */
  decoded?: string
  /** journal block */
  block?: number
  offset?: number
}

export interface ActRecord {
  at: string
  act: 'open' | 'acknowledge' | 'verify' | 'snooze' | 'take_back' | 'lead' | 'note' | 'revise' | 'withdraw'
  by: PersonRef
  verdict?: boolean
  reason?: string
  text?: string
}

export interface EvidenceState {
  state: 'none' | 'sealed' | 'verified' | 'failed'
  sealed_at?: string
  verified_at?: string
  /** name of the bag */
  file?: string
  size_bytes?: number
  checks: {
    name: string
    ok: boolean
    got?: string
    detail?: string
  }[]
}

export interface NextAct {
  act: 'acknowledge' | 'verify' | 'snooze' | 'take_back' | 'lead' | 'note'
  ok: boolean
  unmet: Unmet[]
}

export interface Unmet {
  /** doc:D11, clock:DEFENCE_WIN, role:leader */
  code: string
  kind: 'clock' | 'document' | 'person' | 'evidence' | 'fact'
  what: string
  what_en?: string
  basis: string[]
  /** who can supply it */
  who?: string
  /** path in the page that goes there */
  link?: string
}

export interface ZoneCollection {
  type: 'FeatureCollection'
  features: ZoneFeature[]
}

export interface ZoneFeature {
  type: 'Feature'
  id: string
  geometry: {
    type: 'Polygon' | 'MultiPolygon' | 'LineString'
    coordinates: unknown[]
  }
  properties: {
    id: string
    name: string
    name_en?: string
    /** speed, nogo, anchor, site, gate, corridor, bridge, fairway, ferry, water */
    layer: string
    pack: string
    limit_dmph?: number
    digest?: string
  }
}

export interface Rule {
  id: string
  name: string
  name_en?: string
  mode: Mode
  level: number
  condition: string
  violation?: string
  pack: string
  digest?: string
  alerts_90d?: number
  verdicts_90d?: number
  false_90d?: number
}

export interface Pack {
  id: string
  name?: string
  version: string
  digest: string
  rules: number
  zones: number
  loaded?: string
}

export interface Source {
  id: string
  name: string
  kind: 'nmea_tcp' | 'nmea_listen' | 'nmea_udp' | 'nmea_serial' | 'nmea_file' | 'jt808' | 'sim'
  address?: string
  enabled: boolean
  health: 'up' | 'late' | 'down' | 'off'
  /** why it is late or down, in words */
  why?: string
  /** in this health since */
  since?: string
  /** last accepted frame */
  last?: string
  /** receive time minus event time, median of the last minute */
  lag_ms?: number
  rate_per_min?: number
  accepted: number
  rejected: number
  bytes: number
  /** different ones in the last hour */
  targets?: number
  /** jt808: connected now */
  terminals?: number
  rejects?: {
    /** code of the decoder: checksum, truncated, ... */
    reason: string
    count: number
  }[]
}

export interface SourceDetail {
  source: Source
  /** latest 50 */
  recent: Frame[]
  /** latest 20 */
  rejected: {
    at: string
    reason: string
    text: string
  }[]
  /** up and down in the last 24 hours */
  spans?: {
    health: 'up' | 'late' | 'down' | 'off'
    from: string
    to?: string
  }[]
}

export interface SourceConfig {
  name: string
  kind: 'nmea_tcp' | 'nmea_listen' | 'nmea_udp' | 'nmea_serial' | 'nmea_file' | 'jt808'
  /** host:port, [host]:port, device, or file below the data folder */
  address: string
  retry_max_s?: number
}

export interface SourcePatch {
  enabled?: boolean
  name?: string
}

export interface StartGuide {
  steps: {
    id: 'keys' | 'people' | 'calendar' | 'source' | 'packs' | 'zones' | 'rules' | 'backup'
    done: boolean
    /** what is there, in words and figures */
    detail?: string
  }[]
}

/** the variants of /api/events by the name on their `event:` line */
export type StreamEvent = EventHello | EventTick | EventPositions | Alert | Source | EventCase | EventResync

/** event: hello (no id) */
export interface EventHello {
  /** newest sequence number */
  seq: number
  time: string
  /** what was missed follows */
  resumed: boolean
  /** number of this stream */
  stream?: number
}

export interface StreamView {
  /** west,south,east,north; absent or empty = everywhere */
  bbox?: string
}

/** event: tick (no id) */
export interface EventTick {
  time: string
  seq: number
  watermark?: string
}

/** event: positions; at most one each 250 ms */
export interface EventPositions {
  items: Position[]
  /** keys forgotten */
  gone?: string[]
}

/** event: case */
export interface EventCase {
  no: string
  version: number
  stage: Stage
  by?: string
}

/** event: resync (its id is the newest); read the snapshots anew */
export interface EventResync {
  seq: number
  why: 'too_old' | 'overflow' | 'restart'
}

export interface Stats {
  from: string
  to: string
  targets: {
    total: number
    moving: number
    silent: number
  }
  alerts: {
    level: number
    state: HandlingState
    count: number
  }[]
  rules: {
    rule: Ref
    count: number
    true: number
    false: number
  }[]
  days: {
    day: string
    level: number
    count: number
  }[]
  /** closed without having been opened */
  unopened?: number
}

export interface AuditPage {
  items: {
    n: number
    at: string
    actor: string
    /** login, logout, login_failed, act, case_event, user_change, source_change, ... */
    action: string
    object?: string
    detail?: string
    from_addr?: string
    hash?: string
  }[]
  total: number
  next?: string
}

export interface User {
  id: string
  login: string
  name: string
  roles: Role[]
  org: Org
  enabled: boolean
  locked: boolean
  last_login?: string
  officer?: OfficerTie
}

export interface NewUser {
  login: string
  name: string
  roles: Role[]
  org: string
  password: string
  officer?: OfficerInput
}

export interface UserPatch {
  name?: string
  roles?: Role[]
  org?: string
  enabled?: boolean
  unlock?: boolean
  password?: string
  officer?: OfficerInput
}

/** the page's nine columns over the states of the procedure */
export type Stage = 'lead' | 'filing' | 'investigation' | 'review' | 'notice' | 'legal_review' | 'decision' | 'service' | 'closing'

export type ClockState = 'waiting' | 'running' | 'near' | 'due' | 'overdue' | 'paused' | 'done' | 'void'

export interface Clock {
  /** DECIDE90, DEFENCE_WIN, ... */
  code: string
  name: string
  name_en?: string
  state: ClockState
  unit: 'WD' | 'CD' | 'HOUR' | 'MON' | 'YEAR' | 'PCT'
  length?: number
  /** in its unit, up to today */
  used?: number
  /** in its unit; negative = over */
  left?: number
  start?: string
  /** last day, ends 24:00 */
  due?: string
  /** last day where it rolls to a working day */
  due_rolled?: string
  /** for clocks counted in hours */
  due_at?: string
  ended?: string
  basis?: string[]
  /** why it is paused, or does not apply */
  why?: string
  why_en?: string
}

export interface CasePage {
  items: CaseSummary[]
  total: number
  next?: string
  /** counts under the same filter without its stage */
  stages: {
    stage: Stage
    count: number
  }[]
}

export interface CaseSummary {
  /** short number used in paths: 2026-0042 */
  no: string
  /** 佛交水罚立〔2026〕0042 号 */
  full_no?: string
  title: string
  party?: string
  /** violation item */
  item?: string
  item_name?: string
  proc: 'SIMPLE' | 'ORDINARY' | 'OFFSITE'
  /** of law.md: S20, ... */
  state: string
  stage: Stage
  /** number of events; send it with a step */
  version: number
  opened: string
  updated?: string
  officers: PersonRef[]
  waiting_for: Role[]
  clock?: Clock
  fine_fen?: number
  alert?: string
  flags?: string[]
}

export interface NewCase {
  /** id of a verified alert; prefills the rest */
  alert?: string
  proc: 'SIMPLE' | 'ORDINARY' | 'OFFSITE'
  title?: string
  item?: string
  party_name?: string
  place?: string
  act_start?: string
  act_end?: string
  source?: 'inspection' | 'report' | 'transfer' | 'superior' | 'subordinate' | 'sensor' | 'media'
}

export interface CasePatch {
  version: number
  title?: string
  /** id of a registered party; its name and kind go into the file */
  party?: string
  /** keys of the header in docs/procedure-format.md, but id, proc and agency */
  facts?: Record<string, unknown>
  reason?: string
}

export interface CaseDetail {
  summary: CaseSummary
  stages: {
    stage: Stage
    state: 'done' | 'now' | 'later' | 'skipped'
    from?: string
    to?: string
  }[]
  /** by end */
  clocks: Clock[]
  people: {
    /** party, officer, unit_head, leader, reviewer, hearing_host, agent, witness */
    role: string
    id?: string
    name: string
    /** certificate or credit code */
    no?: string
    note?: string
  }[]
  /** oldest first */
  events: CaseEvent[]
  documents: CaseDocument[]
  evidence?: CaseEvidence[]
  /** fact elements and what proves them */
  facts?: FactElement[]
  discretion?: Discretion
  chain: {
    ok: boolean
    count: number
    /** hash of the last event */
    head: string
    broken_at?: number
  }
  /** others who have it open */
  presence?: PersonRef[]
  /** what is intended, owed, paid and growing, in the law's order */
  amounts?: {
    /** fine_fen, surcharge_fen, ... */
    name: string
    label: string
    label_en?: string
    fen: number
  }[]
  /** what the file says of the party and the act (keys of docs/procedure-format.md) */
  header?: Record<string, unknown>
  /** registered party */
  party_id?: string
}

export interface CaseEvent {
  n: number
  at: string
  event: string
  title: string
  title_en?: string
  /** a second line */
  text?: string
  by: PersonRef[]
  state?: string
  documents?: string[]
  data?: Record<string, unknown>
  hash: string
}

export interface CaseDocument {
  id: string
  /** D15 */
  code: string
  title: string
  title_en?: string
  /** its number, without gaps */
  no?: string
  state: 'missing' | 'draft' | 'signed' | 'sealed' | 'served' | 'withdrawn'
  signed_at?: string
  served_at?: string
  pages?: number
  /** check number of its QR code */
  verify?: string
  sha256?: string
}

export interface CaseEvidence {
  id: string
  title: string
  kind: 'track' | 'picture' | 'clip' | 'record' | 'document' | 'statement' | 'weighing' | 'page'
  proves?: string[]
  state?: EvidenceState
}

export interface FactElement {
  code: string
  name: string
  ok: boolean
  value?: string
  evidence?: string[]
}

export interface Discretion {
  tier: string
  min_fen: number
  max_fen: number
  suggested_fen: number
  chosen_fen?: number
  explain: string
  factors?: string[]
}

export interface StepList {
  as: {
    name: string
    role: Role
  }
  version: number
  steps: Step[]
}

export interface Step {
  /** a name of procedure-format */
  event: string
  title: string
  title_en?: string
  /** one line under the title */
  text?: string
  text_en?: string
  ok: boolean
  group: 'now' | 'blocked' | 'rare'
  /** cannot be taken back; the page repeats object and amount */
  danger: boolean
  /** asks for the password again */
  reauth?: boolean
  /** documents it makes */
  writes?: string[]
  /** clocks it starts */
  starts?: string[]
  /** state after it */
  to?: string
  who?: Role[]
  unmet: Unmet[]
  met: {
    what: string
    what_en?: string
    basis: string[]
  }[]
  fields: StepField[]
  draft?: Draft
}

export interface StepField {
  key: string
  label: string
  label_en?: string
  type: 'text' | 'long' | 'bool' | 'int' | 'fen' | 'date' | 'time' | 'choice' | 'choices' | 'person' | 'persons' | 'json'
  required: boolean
  choices?: Ref[]
  /** prefilled */
  value?: unknown
  hint?: string
}

export interface Draft {
  data: Record<string, unknown>
  /** of the case when the form opened */
  version: number
  /** set by the server */
  saved_at?: string
}

export interface NewCaseEvent {
  event: string
  version: number
  data: Record<string, unknown>
  /** ids of further officers who act together */
  with?: string[]
  /** when it took place; absent = now; not before the last event, not in the future */
  at?: string
  /** where the step asks for it again */
  password?: string
}

export interface ReviewPage {
  total: number
  next?: string
  items: {
    case: CaseSummary
    alert?: Alert
    review: number
    /** the step to take */
    event: 'review1' | 'review2'
    /** I may take it */
    may: boolean
    first_reviewer?: PersonRef
    evidence?: EvidenceState
  }[]
}

export interface EvidenceReport {
  alert: string
  evidence: EvidenceState
  /** answers of the reviewers so far */
  reviews?: {
    n: number
    at: string
    by: PersonRef
    ticks: {
      /** 真实 */
      true: boolean
      /** 清晰 */
      clear: boolean
      /** 完整 */
      complete: boolean
      /** 准确 */
      accurate: boolean
    }
  }[]
  /** under legal hold; nothing of it is purged */
  hold: boolean
  /** entries of the custody log */
  custody: number
  case_no?: string
  /** what anybody runs to check a copy */
  command?: string
}

export interface Custody {
  alert: string
  hold: boolean
  version: number
  chain: {
    ok: boolean
    count: number
    head: string
    broken_at?: number
  }
  /** oldest first */
  items: {
    n: number
    at: string
    act: 'seal' | 'read' | 'check' | 'export' | 'hand_over' | 'hold' | 'release' | 'revise'
    by: PersonRef
    /** who received it */
    to?: string
    purpose?: string
    /** of the bag as it was then */
    sha256?: string
    /** what a check found */
    ok?: boolean
    hash: string
  }[]
}

export interface NewCustody {
  act: 'hand_over' | 'hold' | 'release'
  /** entries that the sender has read */
  version: number
  to?: string
  purpose: string
}

/** what the check digits say; a warning */
export type IdCheck = 'ok' | 'form' | 'date' | 'check' | 'inner'

export interface PartyThing {
  kind: 'vessel' | 'vehicle'
  /** target key, e.g. vessel.413790216 */
  key?: string
  name?: string
  imo?: string
  imo_check?: IdCheck
  plate?: string
  plate_color?: 'blue' | 'yellow' | 'green' | 'yellow_green' | 'white' | 'black'
  /** set by the server; none = no plate of the mainland */
  plate_kind?: string
  relation: 'owner' | 'operator' | 'manager' | 'master' | 'driver'
  from?: string
  to?: string
}

export interface PartyInput {
  /** needed when correcting */
  version?: number
  kind?: 'natural' | 'legal' | 'other'
  name?: string
  id_kind?: 'uscc' | 'resident' | 'passport' | 'other'
  id_no?: string
  phone?: string
  address?: string
  representative?: string
  things?: PartyThing[]
}

export interface Party {
  id: string
  version: number
  kind: 'natural' | 'legal' | 'other'
  name: string
  id_kind?: 'uscc' | 'resident' | 'passport' | 'other'
  /** in lists the middle is masked */
  id_no?: string
  id_check?: IdCheck
  /** from a resident id */
  birth?: string
  phone?: string
  address?: string
  representative?: string
  things: PartyThing[]
  cases?: number
}

export interface PartyPage {
  items: Party[]
  total: number
  next?: string
}

export interface Dossier {
  /** the key asked about */
  target?: string
  parties: Party[]
  /** keys of vessels and vehicles */
  targets: string[]
  /** newest 100 */
  alerts: Alert[]
  alerts_total?: number
  /** newest 100 */
  cases: CaseSummary[]
  /** instruments of those cases, newest first */
  documents: {
    case_no: string
    document: CaseDocument
  }[]
}

export interface DocumentText {
  id: string
  title: string
  issuer: string
  no?: string
  dated?: string
  draft?: boolean
  paragraphs: {
    spans: {
      text: string
      /** number into anchors */
      anchor?: number
    }[]
  }[]
  anchors?: {
    n: number
    title: string
    ok: boolean
    note?: string
    evidence: string[]
    rows?: {
      what: string
      draft: string
      evidence: string
      ok: boolean
    }[]
  }[]
}

export interface Verification {
  doc: string
  state: 'valid' | 'changed' | 'withdrawn' | 'draft'
  title: string
  no?: string
  issuer: string
  issued?: string
  pages?: number
  sha256?: string
  sm3?: string
  /** what changed or withdrew it, and when */
  changed_by?: string
}

/** One row per operation: what goes in, what comes out. */
export interface Operations {
  getHealth: { path: None; query: None; body: None; result: Health }
  getMetrics: { path: None; query: None; body: None; result: string }
  getServer: { path: None; query: None; body: None; result: ServerInfo }
  getSession: { path: None; query: None; body: None; result: Me }
  login: { path: None; query: None; body: Login; result: Me }
  logout: { path: None; query: None; body: None; result: undefined }
  setPassword: { path: None; query: None; body: PasswordChange; result: undefined }
  search: { path: None; query: { q: string; limit?: number }; body: None; result: SearchHits }
  listTargets: { path: None; query: { bbox?: string; at?: string; kind?: TargetKind; q?: string; limit?: number }; body: None; result: TargetSnapshot }
  getTarget: { path: { key: string }; query: None; body: None; result: TargetCard }
  getTrack: { path: { key: string }; query: { from?: string; to?: string; max_points?: number }; body: None; result: Track }
  giveOrder: { path: { key: string }; query: None; body: OrderAsk; result: Order }
  listOrders: { path: None; query: { target?: string }; body: None; result: {
    items: Order[]
  } }
  getTimeline: { path: None; query: { from: string; to: string }; body: None; result: Timeline }
  listAlerts: { path: None; query: { level?: string; state?: string; mode?: Mode; kind?: TargetKind; rule?: string; zone?: string; target?: string; mine?: boolean; q?: string; from?: string; to?: string; cursor?: string; limit?: number }; body: None; result: AlertPage }
  getAlert: { path: { id: string }; query: None; body: None; result: AlertDetail }
  actOnAlert: { path: { id: string }; query: None; body: AlertAct; result: Alert }
  listZones: { path: None; query: { bbox?: string }; body: None; result: ZoneCollection }
  listRules: { path: None; query: None; body: None; result: {
    items: Rule[]
  } }
  listPacks: { path: None; query: None; body: None; result: {
    items: Pack[]
  } }
  listSources: { path: None; query: None; body: None; result: {
    items: Source[]
  } }
  addSource: { path: None; query: None; body: SourceConfig; result: Source }
  getSource: { path: { id: string }; query: None; body: None; result: SourceDetail }
  setSource: { path: { id: string }; query: None; body: SourcePatch; result: Source }
  getStart: { path: None; query: None; body: None; result: StartGuide }
  events: { path: None; query: { since?: number; bbox?: string }; body: None; result: StreamEvent }
  setView: { path: { stream: number }; query: None; body: StreamView; result: undefined }
  getStats: { path: None; query: { from?: string; to?: string }; body: None; result: Stats }
  listAudit: { path: None; query: { actor?: string; action?: string; from?: string; to?: string; cursor?: string; limit?: number }; body: None; result: AuditPage }
  listUsers: { path: None; query: None; body: None; result: {
    items: User[]
  } }
  addUser: { path: None; query: None; body: NewUser; result: User }
  setUser: { path: { id: string }; query: None; body: UserPatch; result: User }
  listOrgs: { path: None; query: None; body: None; result: {
    items: Org[]
  } }
  listCases: { path: None; query: { stage?: Stage; clock?: ClockState; waiting_for?: Role; person?: string; q?: string; cursor?: string; limit?: number }; body: None; result: CasePage }
  openCase: { path: None; query: None; body: NewCase; result: CaseDetail }
  getCase: { path: { no: string }; query: None; body: None; result: CaseDetail }
  setCase: { path: { no: string }; query: None; body: CasePatch; result: CaseDetail }
  listSteps: { path: { no: string }; query: None; body: None; result: StepList }
  saveDraft: { path: { no: string; event: string }; query: None; body: Draft; result: Draft }
  addCaseEvent: { path: { no: string }; query: None; body: NewCaseEvent; result: CaseDetail }
  getDocument: { path: { no: string; doc: string }; query: None; body: None; result: Blob }
  getDocumentText: { path: { no: string; doc: string }; query: None; body: None; result: DocumentText }
  listReviews: { path: None; query: { mine?: boolean; cursor?: string; limit?: number }; body: None; result: ReviewPage }
  getEvidence: { path: { id: string }; query: None; body: None; result: EvidenceReport }
  getEvidenceBag: { path: { id: string }; query: { purpose: string }; body: None; result: Blob }
  getCustody: { path: { id: string }; query: None; body: None; result: Custody }
  addCustody: { path: { id: string }; query: None; body: NewCustody; result: Custody }
  listParties: { path: None; query: { q?: string; target?: string; cursor?: string; limit?: number }; body: None; result: PartyPage }
  addParty: { path: None; query: None; body: PartyInput; result: Party }
  getParty: { path: { id: string }; query: None; body: None; result: Dossier }
  setParty: { path: { id: string }; query: None; body: PartyInput; result: Party }
  getTargetDossier: { path: { key: string }; query: None; body: None; result: Dossier }
  verifyDocument: { path: { doc: string }; query: None; body: None; result: Verification }
}

/** An event of the stream: its name and its data. */
export type LiveEvent =
  | { event: 'hello'; data: EventHello }
  | { event: 'tick'; data: EventTick }
  | { event: 'positions'; data: EventPositions }
  | { event: 'alert'; data: Alert }
  | { event: 'source'; data: Source }
  | { event: 'case'; data: EventCase }
  | { event: 'resync'; data: EventResync }

export type None = Record<never, never>
export type OperationId = keyof Operations
