package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.offload.LeaseKey;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.StoreRefusal;
import io.forebay.offload.StoredPart;
import io.forebay.policy.QueuePolicy;
import org.jspecify.annotations.Nullable;

/// The request of a leased job as its client sent it: the body is the answer's body, the fields that describe it the
/// answer's fields, method and target stand in `Forebay-Method` and `Forebay-Target`.
final class LeasedRequest extends LeaseCall {
    LeasedRequest(Exchange exchange, LeaseKey key, JobParts parts) {
        super(exchange, key, parts);
    }

    @Override
    void onLease(@Nullable QueuePolicy queue) {
        parts().reader()
                .payload(
                        key().job(),
                        PayloadPart.REQUEST_HEAD,
                        orRefuse(head -> parts().reader()
                                .part(key().job(), PayloadPart.REQUEST_BODY, orRefuse(body -> answer(head, body)))));
    }

    private void answer(byte[] storedHead, StoredPart body) {
        RequestHead request;
        try {
            request = StoredRequest.decode(storedHead).read();
        } catch (IllegalArgumentException unreadable) {
            refuse(ProblemCatalog.of(
                    new StoreRefusal.Damaged("the request of job " + key().job().text())));
            return;
        }
        over();
        ResponseHead head = new ResponseHead()
                .begin(200)
                .add("forebay-method", request.text(request.method()))
                .add("forebay-target", LeaseDocument.target(request))
                .add("cache-control", "no-store");
        ContentFields.forEach(request.fields(), head::add);
        PartAnswer.whole(exchange(), head, body);
    }
}
