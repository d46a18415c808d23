/// Numbers that look drawn at random, always the same ones for one seed, on every machine (`SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits, the precision of a float")]
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A duration from a triangle: never under the least, never over the most, most often near the
    /// likely one. Only a square root is used, so that every machine draws the same.
    pub(super) fn triangle(&mut self, [least, likely, most]: [u32; 3]) -> u32 {
        let [low, mode, high] = [least, likely, most].map(f64::from);
        let (width, draw) = (high - low, self.unit());
        let up = draw * width < mode - low;
        let drawn = if up {
            low + (draw * width * (mode - low)).sqrt()
        } else {
            high - ((1.0 - draw) * width * (high - mode)).sqrt()
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two u32")]
        let minutes = drawn.round() as u32;
        minutes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_stays_in_its_bounds_and_has_its_mean() {
        let mut random = Random::new(7);
        let drawn: Vec<u32> = (0..20_000).map(|_| random.triangle([60, 120, 600])).collect();
        assert!(drawn.iter().all(|minutes| (60..=600).contains(minutes)));
        let mean = drawn.iter().map(|minutes| u64::from(*minutes)).sum::<u64>() / 20_000;
        assert!((255..=265).contains(&mean), "{mean} for (60 + 120 + 600) / 3");
        assert_eq!(random.triangle([90, 90, 90]), 90);
    }

    #[test]
    fn a_seed_is_a_sequence() {
        let draw = |seed| Random::new(seed).unit();
        assert!((draw(1) - draw(1)).abs() < f64::EPSILON && (draw(1) - draw(2)).abs() > f64::EPSILON);
    }
}
