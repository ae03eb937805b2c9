// SPDX-License-Identifier: Apache-2.0
// Targets in pixels. The corner of a quad comes from gl_VertexID, everything else from the instance:
//   a_path  from.xy, to.xy      unit-square offsets from the layer's origin
//   a_move  came s, heading, course (rad), vector length (unit square)
//   a_form  length (unit square), shape 0 hull 1 box 2 round, state 0 moving 1 moored 2 silent 3 lost, colour or -1
const COMMON = `#version 300 es
precision highp float;
layout(location = 0) in vec4 a_path;
layout(location = 1) in vec4 a_move;
layout(location = 2) in vec4 a_form;
uniform vec2 u_center, u_middle, u_size;
uniform float u_scale, u_bearing, u_time, u_grow;
uniform vec3 u_color[3];

vec2 turn(vec2 p, float a) { return vec2(p.x * cos(a) - p.y * sin(a), p.x * sin(a) + p.y * cos(a)); }
vec2 place() {
  float f = clamp(u_time - a_move.x, 0.0, 1.0);
  vec2 at = mix(a_path.xy, a_path.zw, f) - u_center;
  // The world repeats: draw the copy nearest the middle.
  at.x -= floor(at.x + 0.5);
  return u_middle + turn(at * u_scale, -u_bearing);
}
vec4 clip(vec2 px) { return vec4(px.x / u_size.x * 2.0 - 1.0, 1.0 - px.y / u_size.y * 2.0, 0.0, 1.0); }
vec2 corner() { return vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0; }
vec3 tint() { return a_form.w < 0.5 ? u_color[0] : a_form.w < 1.5 ? u_color[1] : u_color[2]; }
`

export const HULL_VERTEX = `${COMMON}
out vec2 v_at;
flat out float v_shape, v_state, v_unit;
flat out vec3 v_color;
void main() {
  if (a_form.w < -0.5) { gl_Position = vec4(2.0, 2.0, 0.0, 1.0); return; }
  float unit = max(u_grow, a_form.x * u_scale / 24.0);
  vec2 q = corner() * vec2(15.0, 15.0);
  v_at = q;
  v_shape = a_form.y;
  v_state = a_form.z;
  v_unit = unit;
  v_color = tint();
  // Shapes point along +x; heading 0 is up.
  gl_Position = clip(place() + turn(q * unit, a_move.y - u_bearing - 1.57079633));
}`

export const HULL_FRAGMENT = `#version 300 es
precision highp float;
in vec2 v_at;
flat in float v_shape, v_state, v_unit;
flat in vec3 v_color;
uniform vec3 u_edge, u_hollow;
uniform float u_ratio;
out vec4 o;
void main() {
  vec2 p = vec2(v_at.x, abs(v_at.y));
  float side = v_shape < 0.5 ? p.y - 4.6 : p.y - 4.3;
  float d;
  if (v_shape < 0.5) d = max(max(side, -10.0 - p.x), (4.6 * (p.x - 12.0) + 7.0 * p.y) / 8.376);
  else if (v_shape < 1.5) d = max(max(side, -7.0 - p.x), (4.3 * (p.x - 8.5) + 5.0 * p.y) / 6.595);
  else d = length(v_at) - 5.0;
  float px = 1.0 / v_unit;
  float soft = 0.7 * px / u_ratio;
  float edge = 1.3 * px;
  float inside = 1.0 - smoothstep(-soft, soft, d);
  vec4 c;
  if (v_state < 0.5) {
    // Solid, with a rim that sets it off from what lies below.
    float rim = 1.0 - smoothstep(-soft, soft, d - edge);
    c = vec4(mix(u_edge, v_color, inside), rim);
  } else {
    float band = 1.0 - smoothstep(-soft, soft, abs(d) - 0.8 * px);
    if (v_state > 1.5) {
      float along = abs(d - side) < 0.05 ? v_at.x : v_at.y;
      band *= step(0.42, fract(along / (5.0 * px)));
    }
    float mark = 0.0;
    if (v_state < 1.5) mark = 1.0 - smoothstep(-soft, soft, length(v_at) - 1.7);
    if (v_state > 2.5) mark = (1.0 - smoothstep(-soft, soft, abs(v_at.x - v_at.y) * 0.707 - 0.8 * px)) * (1.0 - smoothstep(-soft, soft, length(v_at) - 11.0));
    float ink = max(band, mark);
    c = vec4(mix(u_hollow, v_color, ink), max(ink, inside * (v_state > 1.5 ? 0.55 : 0.9)));
  }
  if (c.a < 0.01) discard;
  o = vec4(c.rgb * c.a, c.a);
}`

export const VECTOR_VERTEX = `${COMMON}
flat out vec3 v_color;
void main() {
  float len = a_move.w * u_scale;
  if (a_form.w < -0.5 || a_form.z > 0.5 || len < 6.0) { gl_Position = vec4(2.0, 2.0, 0.0, 1.0); return; }
  vec2 q = vec2(corner().x * 0.5 + 0.5, corner().y);
  v_color = tint();
  gl_Position = clip(place() + turn(vec2(q.x * len, q.y * 0.75), a_move.z - u_bearing - 1.57079633));
}`

export const VECTOR_FRAGMENT = `#version 300 es
precision highp float;
flat in vec3 v_color;
out vec4 o;
void main() { o = vec4(v_color * 0.9, 0.9); }`
