// A hatchback.
uniform vec3 uPaint;
uniform float uPane;   // the share of light that one pane lets through; 0: none, as if painted black
const vec3 LOW = vec3(-2.25, -0.001, -1.09);
const vec3 HIGH = vec3(2.2, 1.52, 1.09);
#define STRIDE 0.86
#define PANES
#define GLASS_SHADOW vec3(0.0)

const float AXLE = 1.31;
const float WHEEL = 0.335;

// The metal below the windows: surfaces that bulge a little, rounded where they meet. z is folded.
float lower(vec3 q) {
  float nose = q.x + 0.20 * q.z * q.z + 0.34 * (q.y - 0.52) * (q.y - 0.52) - 2.08;
  float tail = -q.x + 0.13 * q.z * q.z + 0.3 * (q.y - 0.62) * (q.y - 0.62) - 2.06;
  float shoulder = 0.80 - 0.018 * q.x;
  float above = max(0.0, q.y - shoulder);
  float waist = q.y - 0.54 + 0.03 * q.x;
  float side = q.z - 0.885 + 0.42 * above + 0.017 * q.x * q.x + 0.022 * exp(-waist * waist * 60.0) + 0.3 * max(0.0, 0.36 - q.y);
  float hood = (q.y + 0.21 * (q.x - 0.95) + 0.1 * q.z * q.z - 1.005) * 0.97;
  float belt = q.y - 1.02 + 0.03 * q.x;
  float d = smax(smax(nose, tail, 0.16), smax(hood, belt, 0.1), 0.14);
  d = smax(d, side, 0.1);
  return smax(d, 0.19 - q.y, 0.06);
}

// Windscreen, roof, rear window and the glass at the sides.
float upper(vec3 q) {
  float screen = dot(q.xy - vec2(1.06, 0.97), normalize(vec2(0.46, 0.86))) + 0.1 * q.z * q.z;
  float roof = q.y - 1.465 + 0.055 * (q.x + 0.4) * (q.x + 0.4) + 0.09 * q.z * q.z;
  float rear = dot(q.xy - vec2(-2.02, 0.96), normalize(vec2(-0.52, 0.36))) + 0.09 * q.z * q.z;
  float side = (q.z - 0.815 + 0.40 * (q.y - 0.95) + 0.02 * q.x * q.x) * 0.94;
  return smax(smax(smax(screen, roof, 0.14), rear, 0.12), smax(side, 0.8 - q.y, 0.05), 0.09);
}

// Both axles at once: w is the place within the wheel, z the folded one.
float wheel(vec2 w, float z) {
  float r = length(w);
  vec2 e = vec2(r - WHEEL, abs(z - 0.775) - 0.105) + 0.045;
  float tyre = length(max(e, 0.0)) + min(max(e.x, e.y), 0.0) - 0.045;
  tyre = smax(tyre, -max(r - 0.232, 0.79 - z), 0.012);
  float sector = 6.2831853 / 5.0;
  float a = mod(atan(w.y, w.x) + 0.3, sector) - sector * 0.5;
  vec2 u = r * vec2(cos(a), sin(a));
  float spoke = roundBox(vec3(u.x - 0.12, abs(u.y) - 0.012 - 0.1 * u.x, z - 0.835 + 0.11 * u.x), vec3(0.115, 0.016, 0.02), 0.01);
  float hub = max(r - 0.055, abs(z - 0.825) - 0.025);
  float lip = length(vec2(r - 0.228, z - 0.855)) - 0.012;
  return min(min(tyre, lip), smin(spoke, hub, 0.02));
}

float mirrorShape(vec3 q) {
  float head = roundBox(q - vec3(0.74, 1.055, 0.965), vec3(0.055, 0.062, 0.1), 0.045);
  return min(head, capsule(q, vec3(0.76, 0.995, 0.82), vec3(0.75, 1.02, 0.93), 0.02, 0.018));
}

float handles(vec3 q) {
  vec3 h = q - vec3(q.x > -0.62 ? -0.17 : -1.08, 0.775, 0.878);
  return roundBox(h, vec3(0.095, 0.014, 0.02), 0.012);
}

float metal(vec3 q) {
  vec2 w = vec2(abs(q.x) - AXLE, q.y - WHEEL);
  float d = smin(lower(q), upper(q), 0.035);
  return smax(d, -max(length(w) - 0.392, 0.5 - q.z), 0.02);
}

float subject(vec3 p) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = metal(q);
  vec2 w = vec2(abs(q.x) - AXLE, q.y - WHEEL);
  if (length(w) - 0.34 < d) d = min(d, wheel(w, q.z));
  if (q.z > 0.7) d = min(d, min(mirrorShape(q), handles(q)));
  return d;
}

// The body without its wheel arches: what one is inside of, behind a pane.
float shell(vec3 p) { vec3 q = vec3(p.xy, abs(p.z)); return smin(lower(q), upper(q), 0.035); }

// Seats with head rests, a dashboard and a steering wheel.
float cabin(vec3 p) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = roundBox(q - vec3(0.98, 0.9, 0.0), vec3(0.24, 0.1, 0.66), 0.06);
  for (int i = 0; i < 2; i++) {
    vec3 s = q - vec3(i == 0 ? -0.02 : -0.98, 0.0, 0.36);
    s.x += 0.25 * (s.y - 0.8);
    d = min(d, roundBox(s - vec3(0.0, 0.78, 0.0), vec3(0.07, 0.27, 0.23), 0.06));
    d = min(d, roundBox(s - vec3(0.0, 1.15, 0.0), vec3(0.045, 0.075, 0.115), 0.04));
  }
  vec3 w = p - vec3(0.6, 1.0, -0.36);
  w.xy = turn(0.4) * w.xy;
  return min(d, length(vec2(length(w.yz) - 0.18, w.x)) - 0.016);
}

vec3 cabinLight(vec3 p) { return 0.08 * AMBIENT * (0.5 + 0.5 * smoothstep(0.8, 1.3, p.y)); }

float plate(vec2 p, vec2 half_, float r) { vec2 e = abs(p) - half_ + r; return length(max(e, 0.0)) + min(max(e.x, e.y), 0.0) - r; }

Mat paint() {
  Mat m = coated(uPaint, 1.0, 0.003);
  m.gloss = 0.3;
  m.tint = uPaint * 1.6 + 0.03;
  m.rough = 0.36;
  return m;
}

Mat gap() { return matte(vec3(0.008)); }

Mat subjectMat(vec3 p, vec3 n) {
  vec3 q = vec3(p.xy, abs(p.z));
  vec2 w = vec2(abs(q.x) - AXLE, q.y - WHEEL);
  float r = length(w);
  if (wheel(w, q.z) < 0.004 && r < 0.34) {
    if (r > 0.238) {
      float wall = step(0.02, abs(fract(r * 40.0) - 0.5) - 0.44) * step(r, 0.315);
      return glossy(vec3(0.017 + 0.01 * wall), 0.035, 0.42);
    }
    if (q.z < 0.8) return glossy(vec3(0.10), 0.25, 0.35);
    return glossy(vec3(0.36, 0.37, 0.38), 0.5, 0.26);
  }
  if (mirrorShape(q) < 0.004 && q.z > 0.84) { if (q.y < 1.02) return glossy(vec3(0.02), 0.04, 0.3); return paint(); }
  if (handles(q) < 0.003) return paint();
  if (r < 0.4 && q.y < 0.74 && (dot(n.xy, w) < 0.0 || q.z < 0.7)) return matte(vec3(0.006));
  if (q.y < 0.275) return glossy(vec3(0.018), 0.03, 0.4);

  Mat glass = coated(vec3(0.006, 0.0075, 0.0075), 1.7, 0.0);
  glass.pane = uPane > 0.0;
  Mat trim = glossy(vec3(0.012), 0.05, 0.25);
  bool side = n.z * sign(p.z) > 0.55;
  if (side && q.y > 0.985) {
    float front = 0.80 - (q.y - 1.0) * 1.62;
    float back = -1.72 + (q.y - 1.0) * 0.75;
    float inside = min(min(front - q.x, q.x - back) * 0.5, min(q.y - 1.005, 1.335 - 0.03 * (q.x + 0.4) * (q.x + 0.4) - q.y));
    if (inside > 0.0) {
      if (inside < 0.010 || abs(q.x + 0.34) < 0.04 || abs(q.x + 1.16) < 0.018) return trim;
      return glass;
    }
  }
  if (n.x > 0.25 && q.y > 0.985 && q.x < 1.06) {
    float inside = min(min(0.735 - 0.36 * (q.y - 0.95) - q.z, 1.405 - q.y), q.y - 0.992);
    if (inside > 0.0) { if (inside < 0.02) return trim; return glass; }
  }
  if (n.x < -0.3 && q.y > 1.02 && q.x < -1.2) {
    float inside = min(min(0.62 - 0.3 * (q.y - 1.0) - q.z, 1.36 - q.y), q.y - 1.04);
    if (inside > 0.0) { if (inside < 0.02) return trim; return glass; }
  }

  if (q.x > 1.55 && n.x > 0.02) {
    // Lamps that sweep into the wing, a slim grille between them, an intake and a blank plate.
    vec2 l = vec2(q.z - 0.64, q.y - 0.715 - 0.16 * (q.z - 0.64));
    float lampShape = plate(l, vec2(0.2, 0.055), 0.035);
    if (lampShape < 0.0) {
      if (lampShape > -0.006) return trim;
      float a = length(l - vec2(-0.075, 0.0));
      float b = length(l - vec2(0.07, 0.0));
      float unit = min(a, b);
      Mat m = coated(vec3(0.05), 1.3, 0.0);
      if (unit < 0.04) { m.albedo = vec3(mix(0.65, 0.2, smoothstep(0.0, 0.036, unit))); m.gloss = 0.5; m.rough = 0.2; }
      if (l.y > 0.026 && l.y < 0.038) m.emit = vec3(0.9, 0.95, 1.0) * 0.9;
      return m;
    }
    float grille = plate(vec2(q.z, q.y - 0.70), vec2(0.42, 0.045), 0.02);
    if (grille < 0.0) {
      if (grille > -0.007) return glossy(vec3(0.5), 0.6, 0.2);
      if (length(vec2(p.z, q.y - 0.70)) < 0.036) return glossy(vec3(0.55), 0.6, 0.2);
      return glossy(vec3(0.012) + 0.05 * step(0.6, fract(q.y * 46.0)), 0.08, 0.3);
    }
    if (plate(vec2(q.z, q.y - 0.515), vec2(0.26, 0.056), 0.008) < 0.0) return glossy(vec3(0.72), 0.04, 0.3);
    float intake = plate(vec2(q.z, q.y - 0.375), vec2(0.66 - 0.3 * max(0.0, 0.4 - q.y), 0.075), 0.04);
    if (intake < 0.0) return glossy(vec3(0.012) + 0.025 * step(0.5, fract(q.z * 22.0)) * step(0.5, fract(q.y * 30.0)), 0.03, 0.4);
    if (plate(vec2(q.z - 0.74, q.y - 0.40), vec2(0.05, 0.05), 0.03) < 0.0) return coated(vec3(0.3), 1.0, 0.0);
    if (abs(q.y - 0.615) < 0.0035 && q.z < 0.44) return gap();
  }
  if (q.x < -1.72 && n.x < -0.02) {
    vec2 l = vec2(q.z - 0.66, q.y - 0.82);
    float tailLamp = plate(l, vec2(0.2, 0.07), 0.04);
    if (tailLamp < 0.0) {
      Mat m = coated(tailLamp > -0.006 ? vec3(0.02) : vec3(0.32, 0.008, 0.01) * (0.6 + 0.6 * step(0.5, fract(l.x * 26.0))), 1.3, 0.0);
      if (abs(l.y - 0.02) < 0.012) m.emit = vec3(0.5, 0.01, 0.01);
      return m;
    }
    if (plate(vec2(q.z, q.y - 0.62), vec2(0.26, 0.056), 0.008) < 0.0) return glossy(vec3(0.72), 0.04, 0.3);
    if (q.y < 0.42) return glossy(vec3(0.02), 0.04, 0.4);
  }

  float line = 0.0042;
  if (side && q.y > 0.30 && q.y < 1.0) {
    float rearDoor = -1.16 + 0.28 * smoothstep(0.62, 0.40, q.y);
    if (abs(q.x - 0.83 + 0.05 * (q.y - 0.6)) < line || abs(q.x + 0.34) < line || abs(q.x - rearDoor) < line) return gap();
    if (q.x > rearDoor && q.x < 0.83 && abs(q.y - 0.335) < line) return gap();
    if (length(vec2(q.x + 1.52, q.y - 0.8)) > 0.072 && length(vec2(q.x + 1.52, q.y - 0.8)) < 0.076 && p.z < 0.0) return gap();
  }
  if (q.x > 0.98 && q.x < 1.86 && n.y > 0.4 && abs(q.z - 0.745 + 0.05 * (q.x - 1.0)) < line) return gap();
  if (q.x > 1.80 && q.x < 1.9 && abs(q.x - 1.86 + 0.2 * q.z * q.z) < line * 1.3 && n.y > 0.2 && q.z < 0.74) return gap();
  return paint();
}
