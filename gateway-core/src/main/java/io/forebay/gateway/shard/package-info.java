/// Several gateways with a store each: a job id names the node that has the job (its shard), and a call on a job goes
/// to that node, whichever the client has asked. It is judged there by who sent it, as if it had come in there.
///
/// [ShardOwners] hands on, by the proxy code of every call; [PeerPort] takes what peers hand on, by TLS on which both
/// ends show a certificate of the peers' own authority. Depends on `takeover` for what is said of the connection that a
/// request came by.
@NullMarked
package io.forebay.gateway.shard;

import org.jspecify.annotations.NullMarked;
