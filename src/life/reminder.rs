//! What may be said of all keys together, with the vault locked or open: how many leaked, and when they are due. It names none, and
//! is kept on the disk in plain, since reminders come while the vault is locked.

/// More times are not kept: nobody has so many keys.
const MOST: usize = 1000;

/// Of all keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Entries with an open exposure.
    pub exposed: u32,
    /// Entries of which too little is left.
    pub low: u32,
    /// When entries are due, in milliseconds since 1970, in any order.
    due_ms: Vec<u64>,
}

impl Summary {
    /// Of these times.
    pub fn new(exposed: u32, low: u32, mut due_ms: Vec<u64>) -> Self {
        due_ms.truncate(MOST);
        Summary {
            exposed,
            low,
            due_ms,
        }
    }

    /// Reads what [`Summary::to_bytes`] wrote; what is not in the form counts as nothing, and is written anew at the next
    /// change of an open vault.
    pub fn parse(bytes: &[u8]) -> Self {
        let Some((exposed, rest)) = bytes.split_first_chunk::<4>() else {
            return Summary::default();
        };
        // Earlier versions wrote the times right behind the first number.
        let (low, rest) = match rest.split_first_chunk::<4>() {
            Some((low, times)) if times.len() % 8 == 0 => (u32::from_be_bytes(*low), times),
            _ => (0, rest),
        };
        let (times, _) = rest.as_chunks::<8>();
        let due_ms = times.iter().map(|time| u64::from_be_bytes(*time));
        Summary::new(u32::from_be_bytes(*exposed), low, due_ms.collect())
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.exposed.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.low.to_be_bytes());
        for time in &self.due_ms {
            bytes.extend_from_slice(&time.to_be_bytes());
        }
        bytes
    }

    /// How many are due.
    pub fn overdue(&self, now_ms: u64) -> u32 {
        let due = self.due_ms.iter().filter(|due_ms| **due_ms <= now_ms);
        u32::try_from(due.count()).unwrap_or(u32::MAX)
    }

    /// When the next one will be.
    pub fn next_ms(&self, now_ms: u64) -> Option<u64> {
        let later = self.due_ms.iter().copied();
        later.filter(|due_ms| *due_ms > now_ms).min()
    }

    /// Whether any came due since the person was reminded last. A clock that ran ahead and went back does not silence what
    /// comes due later.
    pub fn is_news(&self, reminded_ms: u64, now_ms: u64) -> bool {
        let reminded_ms = reminded_ms.min(now_ms);
        self.due_ms
            .iter()
            .any(|due_ms| *due_ms > reminded_ms && *due_ms <= now_ms)
    }
}
