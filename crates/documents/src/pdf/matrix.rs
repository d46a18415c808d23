/// What moves, turns and scales: the six numbers of PDF (ISO 32000-1, 8.3.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f32; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn moved(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This one, then the other.
    pub(super) fn then(&self, other: &Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [oa, ob, oc, od, oe, of] = other.0;
        Self([
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        ])
    }

    pub(super) fn place(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// How much it stretches heights.
    pub(super) fn scale(&self) -> f32 {
        let [_, _, c, d, _, _] = self.0;
        c.hypot(d)
    }

    /// How large a square of one by one becomes.
    pub(super) fn area(&self) -> f32 {
        let [a, b, c, d, _, _] = self.0;
        (a * d - b * c).abs()
    }

    /// Whether text runs from left to right.
    pub(super) fn is_level(&self) -> bool {
        let [a, b, _, _, _, _] = self.0;
        a > 0.0 && b.abs() <= a * 0.2
    }
}
