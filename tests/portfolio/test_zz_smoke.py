from datetime import date
def test_smoke(app, people, transactions, sign_in, clock):
    from tests import stories
    pid = stories.draft(transactions, people)
    m = sign_in(people.manager)
    for u in ["/","/partnerships",f"/partnerships/{pid}",f"/partnerships/{pid}/panel","/campaigns","/campaigns/new",f"/campaigns/{people.campaign_id}","/partnerships/new","/partnerships/preview?template_key=usage-3m&anchor_on=2026-01-26","/partnerships/preview?template_key=usage-3m&anchor_on=2016-01-26",f"/partnerships/{pid}/receipt"]:
        r = m.get(u); print(u, r.status_code, len(r.data)); assert r.status_code==200, r.text
    r = m.post(f"/partnerships/{pid}/invite"); assert r.status_code==302
    c = sign_in(people.creator)
    for u in ["/me",f"/me/invitations/{pid}",f"/me/partnerships/{pid}",f"/me/receipts/{pid}",f"/me/partnerships/{pid}/not-for-me",f"/me/partnerships/{pid}/reaction"]:
        r = c.get(u); print(u, r.status_code, len(r.data)); assert r.status_code==200, r.text
    r = c.post(f"/me/invitations/{pid}", data={"answer":"accept","words":"ok"}); assert r.status_code==302, r.text
    m.post(f"/partnerships/{pid}/prepare")
    clock.set(clock.now().replace(day=27))
    m, c = sign_in(people.manager), sign_in(people.creator)
    r = c.post(f"/me/receipts/{pid}", data={"received_on":"2026-01-20"}); assert r.status_code==302, r.text
    for u in ["/me",f"/me/invitations/{pid}",f"/me/partnerships/{pid}",f"/me/receipts/{pid}",f"/me/partnerships/{pid}/not-for-me",f"/me/partnerships/{pid}/reaction"]:
        r = c.get(u); print(u, r.status_code, len(r.data)); assert r.status_code==200, r.text
    r=m.get("/"); print(r.text)
    assert m.get(f"/partnerships/{pid}").status_code==200
    r=m.get("/partnerships"); print(r.text)
