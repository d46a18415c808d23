//! Answers of name servers.

use hickory_proto::op::Query;
use hickory_proto::rr::{Name, RecordType};
use vigie_probe::decode_reply;

/// The id that seeds bear.
const ID: u16 = 0x1234;

/// An answer is taken only for the question that it repeats, under the id that it bears; whether the
/// name exists is said by its code alone.
pub fn reply(data: &[u8]) {
    let question = Query::query(name("ch-demo.example."), RecordType::A);
    let Ok(reply) = decode_reply(data, ID, &question) else { return };
    assert_eq!(data.first_chunk::<2>().copied().map(u16::from_be_bytes), Some(ID));
    assert!(decode_reply(data, !ID, &question).is_err());
    if !reply.message.queries.is_empty() {
        assert!(decode_reply(data, ID, &Query::query(name("example."), RecordType::A)).is_err());
        assert!(decode_reply(data, ID, &Query::query(name("ch-demo.example."), RecordType::AAAA)).is_err());
    }
    if reply.name_exists() == Ok(false) {
        assert_eq!(data.get(3).map(|flags| flags & 0x0f), Some(3), "only NXDOMAIN denies a name");
    }
    assert!(reply.records(RecordType::A).count() <= reply.addresses().count());
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap_or_default()
}
