extension LanguageTag {
  /// The languages of two letters, with the five codes of old that others still send.
  ///
  /// Source: ISO 639-1; `in`, `iw`, `ji`, `jw` and `mo` are deprecated in the registry of BCP 47.
  static let shortLanguages = CodeSet(
    """
    a.abefkmnrsvyz b.aeghimnors c.aehorsuvy d.aevz e.elnostu f.afijory g.adlnuv h.aeiortuyz \
    i.adegiknostuw j.aivw k.agijklmnorsuvwy l.abginotuv m.ghiklnorsty n.abdeglnorvy o.cjmrs \
    p.ailst q.u r.mnouw s.acdeghiklmnoqrstuvw t.aeghiklnorstwy u.gkrz v.eio w.ao x.h y.io z.ahu
    """)

  /// The languages and families of languages of three letters.
  ///
  /// Source: ISO 639-2 (terminological codes), 639-3 and 639-5 as of 2025.
  static let longLanguages = CodeSet(
    """
    aa.abcdefghiklnopqrstuvwxz ab.abcdefghijklmnopqrstuvwxyz ac.abdefhiklmnpqrstuvwxyz \
    ad.abdefghijlnoqrstuwxyz ae.abcdeklmnqrsuwyz af.abdeghiknoprstuz \
    ag.abcdefghijklmnoqrstuvwxyz ah.abghiklmnoprst ai.abcdefghijklmnopqrtwxy aj.aginpsuwz \
    ak.abcdefghijklmopqrstuvwxyz al.acdefghijklmnopqrstuvwxyz am.abcefghijklmnopqrstuvwxyz \
    an.abcdefghijklmnopqrstuvwxyz ao.abcdefgijklmnrstuxz ap.abcdefghijklmnopqrstuvwxyz \
    aq.acdgklmnprtz ar.abcdeghijklnopqrstuvwxyz as.abcefghijklmnopqrstuvwxyz \
    at.abcdeghijklmnopqrstuvwxyz au.abcdfghijklmnopqrstuwxyz av.abdeiklmnostuv \
    aw.abcdeghikmnorstuvwxy ax.begklmx ay.abcdeghiklmnopqrstuz az.abcdegjmnotz \
    ba.abcdefghijklmnoprstuvwxy bb.abcdefghijklmnopqrstuvwxy bc.abcdefghijklmnopqrstuvwyz \
    bd.abcdefghijklmnopqrstuvwxyz be.abcdefghijklmnopqrstuvwxyz bf.abcdefghijklmnopqrstuwxyz \
    bg.abcdefgijklnopqrstuvwxyz bh.abcdefghijlmnopqrstuvwxyz bi.abdefghklmnopqrstuvwxyz \
    bj.abcefghijklmnoprstuvwxyz bk.acdfghijklmnopqrstuvwxyz bl.abcdefhijklmnopqrstvwxyz \
    bm.abcdefghijklmnopqrstuvwxz bn.abcdefgijklmnopqrstuvwxyz bo.abdefghijklmnopqrstuvwxyz \
    bp.acdeghijklmnopqrstuvwxyz bq.abcdfghijklmnopqrstuvwxyz br.abcdefghijklmnopqrstuvwxyz \
    bs.abcefghijklmnopqrstuvwxy bt.acdefghijkmnopqrstuvwxyz bu.abcdefghijklmnopqstuvwxyz \
    bv.abcdefghijklmnopqrtuvwxyz bw.abcdefghijklmnopqrstuwxyz bx.abcdefghijklmnopqrsuvwz \
    by.abcdefghijklmnopqrstvwxz bz.abcdefghijklmnopqrstuvwxyz ca.abcdefghijklmnopqrstuvwxyz \
    cb.abcdgijklnoqrstuvwy cc.cdeghjlmnoprs cd.acdefhijmnorsyz ce.abgklnsty cf.adgm cg.acgk \
    ch.abcdefghjklmnopqrtuvwxyz ci.abcdehkmnprwy cj.aehikmnopsvy ck.bhlmnoqrstuvxyz \
    cl.acdehijklmotuwy cm.acegilmnorst cn.abcghiklopqrstuwx co.abcdefghjklmnopqrstuvwxz \
    cp.abcefginopsuxy cq.d cr.abcdefghijklmnopqrstvwxyz cs.abcdefghijklmnopqrstuvwxyz \
    ct.acdeghlmnopstuyz cu.abchijklopqrstuvwxy cv.gn cw.abdegt cy.abmo cz.hknot \
    da.acdeghijklmnoqrsuvwxyz db.abdefgijlmnopqrtuvwy dc.cr dd.adegijnorsw de.cdefghiklmnpqrsuvz \
    dg.abcdeghiklnorstwxz dh.dgilmnorsuvwx di.abcdfghijklmnopqrsuvwxyz dj.abcdefijkmnoruw \
    dk.agkrsx dl.gkmn dm.abcdefgklmnorsuvwxy dn.adegijknortuvwy do.abcefhiklnopqrstvwxyz dp.p \
    dr.abcdegilnoqstuy ds.behilnoqz dt.abdhikmnoprstuy du.abcefghiklmnopqrsuvwxyz dv.a \
    dw.akrsuwyz dy.abdgimnouy dz.aeglno ea.a eb.cgkoru ec.rsy ee.e ef.aei eg.almoxy eh.su ei.ptv \
    ej.a ek.aegiklmopry el.ehiklmoux em.abegikmnpqsuwxyz en.abcdfghlmnoqruvwx eo.t ep.io \
    er.aghikorstw es.eghiklmnoqstuxy et.bchnorstuxz eu.qs ev.ehn ew.eo ex.t ey.ao ez.ae \
    fa.abdfghijklmnoprstuxyz fb.l fc.s fe.r ff.im fg.r fi.aefjlnprtuw fk.kv fl.ahilnry fm.pu \
    fn.bgi fo.dimnrsx fp.e fq.s fr.acdkmopqrsty fs.els fu.bcdefhijlmnqrtuvy fv.r fw.ae \
    ga.abcdefghijklmnopqrstuwxyz gb.abdefghijklmnopqrsuvwxyz gc.cdeflnrt \
    gd.abcdefghijklmnoqrstux ge.abcdfghijklmqsvwxyz gf.kt gg.abdegkltuw gh.acehklnorst \
    gi.abcdeghilmnpqrstuwxyz gj.kmnru gk.adenopu gl.abcdeghjkloruvwy gm.abdeghlmnqruvwxyz \
    gn.abcdeghijklmnoqrtuwz go.abcdefghijklmnopqrstuvwxyz gp.aen gq.ainru \
    gr.abcdghijkmnoqrstuvwxyz gs.eglmnopsw gt.au gu.abcdefghijklmnopqrstuwxz gv.acefjlmnoprsy \
    gw.abcdefgijmnrtuwx gx.x gy.abdefgilmnoryz gz.ain ha.abcdefghijklmnopqrstuvwxyz hb.abnosu \
    hc.ah hd.nsy he.abdghimr hg.mw hh.iry hi.abdfghijklmnortwx hj.i hk.aehkns hl.abdetu \
    hm.abcdefghijklmnopqrstuvwxyz hn.adeghijnosu ho.abcdehijklmoprstvwyz hp.os hr.acekmoptuvwxz \
    hs.bhlns ht.iosux hu.bcdefghijklmnopqrstuvwxyz hv.ceknv hw.aco hy.aewx ia.inr \
    ib.abdeghlmnoruy ic.ahlr id.abcdeiorstu if.abefkmuy ig.beglmnosw ih.bipw ii.inr ij.cejnos \
    ik.eikloprstuvwxz il.abegikmopsuv im.ailnorsty in.abcdeghjlmnopstz io.ruw ip.iko iq.uw \
    ir.aehiknoruxy is.acdeghiklmnortu it.abcdeiklmorstvwxyz iu.m iv.bv iw.kmos ix.cl iy.aox \
    iz.hrz ja.abcdefhjklmnoqstuvxyz jb.eijkmnortuw jc.st jd.agt je.behiklnrtu jg.beko jh.is \
    ji.abcdeghilmoqtuvy jj.er jk.amoprsu jl.es jm.abcdilnrswx jn.adgijls jo.bdgrsw jp.anrx jq.r \
    jr.abrtu js.l ju.abcdhiklmnoprstuwy jv.dn jw.i jy.aey ka.abcdefghijklmnopqrstuvwxyz \
    kb.abcdeghijklmnopqrstuvwxyz kc.abcdefghijklmnopqrstuvwxyz kd.acdefghijklmnopqrtuwxyz \
    ke.abcdefghijklmnopqrstuvwxyz kf.abcdefghijklmnopqrstuvwxyz kg.abefgijklmnopqrstuvwxy \
    kh.abcdefghijklmnopqrstuvwxyz ki.abcdefghijklmnopqrstuvwxyz kj.abcdeghijklmnopqrstuvxyz \
    kk.abcdefghijklmnopqrstuvwxyz kl.abcdefghijklmnopqrstuvwxyz km.abcdefghijklmnopqrstuvwxyz \
    kn.abcdefgijklmnopqrstuvwxyz ko.acdefghiklmnopqrstuvwyz kp.abcdefghijklmnoqrstuvwxyz \
    kq.abcdefghijklmnopqrstuvwxyz kr.abcdefhijklnoprstuvwxyz ks.abcdefghijklmnopqrstuvwxyz \
    kt.abcdefghijklmnopqstuvwxyz ku.abcdefghijklmnopqrstuvwxyz kv.abcdefghijklmnopqrtuvwxyz \
    kw.abcdefghijklmnoprstuvwxyz kx.abcdfhijkmnopqrstvwxyz ky.abcdefghijklmnopqrstuvwxyz \
    kz.abcdefgiklmnopqrsuvwxyz la.abcdefghijlmnopqrstuvwxyz lb.bcefgijklmnoqrstuvwxyz \
    lc.cdefhlmpqs ld.abdghijklmnopq le.abcdefhijklmnopqrstuvwxyz lf.an lg.abghiklmnoqrtuz \
    lh.ahilmnpstu li.abcdefghjklmnopqrstuvwxyz lj.aeilpwx lk.abcdehijlmnorstuy \
    ll.abcdefghijklmnpqsux lm.abcdefghijklnopqruvwxy ln.abdghijlmnsuwz \
    lo.abcefghijklmnopqrstuvwxyz lp.aenox lq.r lr.acegiklmnortvz ls.abcdehilmnoprstvwy \
    lt.cghinosuz lu.abcdefgijklmnopqrstuvwyz lv.aiksu lw.aeghlmostuw lx.m ly.agn lz.hlnz \
    ma.abdefghijklmnpqrstuvwxz mb.abcdefhijklmnopqrstuvwxyz mc.abcdefghijklmnopqrstuvwxyz \
    md.abcdefghijklmnpqrstuvwxyz me.abcdefhijklmnopqrstuvwyz mf.abcdefghijklmnopqrstuvwxyz \
    mg.abcdefghijklmnopqrstuvwyz mh.abcdefgijklmnopqrstuwxyz mi.abcdefghijklmnopqrstuwxyz \
    mj.bcdeghijklmnopqrstuvwxyz mk.abcdefghijklmnopqrstuvwxyz ml.abcefghijklmnopqrstuvwxz \
    mm.abcdefghijklmnopqrtuvwxyz mn.abcdefghijklmnopqrsuvwxyz mo.acdeghijkmnopqrstuvwxyz \
    mp.abcdeghijklmnopqrstuvwxyz mq.abcefghijklmnopqrstuvwxyz mr.abcdefghijklmnopqrstuvwxyz \
    ms.abcdefghijklmnopqrsuvwxyz mt.abcdefghijklmnopqrstuvwxy mu.abcdeghijklmnopqrstuvxyz \
    mv.abdefghiklnopqrstuvwxyz mw.abcefghiklmnopqrstuvwz mx.abcdefghijklmnopqrstuvwxyz \
    my.abcefghjklmnoprsuvwxyz mz.abcdeghijklmnopqrstuvwxyz na.abcefghijklmnopqrstuvwxyz \
    nb.abcdeghijklmnopqrstuvwy nc.abcdefghijklmnoqrstuxz nd.abcdefghijklmnopqrstuvwxyz \
    ne.abcdefghijkmnopqrstuvwxyz nf.adlru ng.abcdefghijklmnpqrstuvwxyz \
    nh.abcdefghikmnopqrtuvwxyz ni.abcdefghijklmnoqrstuvwxyz nj.abdhijlmnorstuxyz \
    nk.abcdefghijkmnopqrstuvwxz nl.acdegijklmoquvwxyz nm.abcdefghijklmnopqrstuvwxyz \
    nn.abcdefghijklmnopqrtuvwyz no.abcdefghijklmnpqrstuvwyz np.abghilnosuxy nq.gklmnoqty \
    nr.abcefgiklmnprtuxz ns.abcdefghiklmnopqrstuvwxyz nt.degijkmopruwxyz \
    nu.abcdefghijklmnopqrstuvwxyz nv.hmo nw.abcegimorwxy nx.adegiklmnoqrx \
    ny.abcdefghijklmnopqrstuvwxy nz.abdikmsuyz oa.acrv ob.iklmortu oc.ahimou od.aktu of.osu \
    og.bcegou oh.tu oi.aen oj.bcgipsvw ok.abcdeghijklmnorsuvxz ol.adekmortu \
    om.abcgiklnopqrtuvwxy on.abegijknoprstuwx oo.dgnrs op.akmoty or.aceghimnorstuvwxyz \
    os.acinopstux ot.abdeiklmnoqrstuwxyz ou.abeim ov.d ow.il oy.bdmy oz.m \
    pa.abcdefghiklmnopqrsuvwxyz pb.bcefghilmnoprstuvy pc.abcdefghijklmnpw pd.acinotu \
    pe.abdefghijklmopqsvxyz pf.ael pg.adgiklnsuz ph.adghijklmnoqrtuvw pi.abcdefghjlmnoprstuvwxyz \
    pj.t pk.abcghnoprstu pl.abcdefghijklnoqrstuvwyz pm.abdefhijklmnoqrstwxyz \
    pn.abcdeghijklmnopqrstuvwxyz po.cefghiklmnopqrstvwxyz pp.eiklmnopqstu pq.aemw \
    pr.acdefghiklmnopqrstuwxz ps.acdeghilmnopqrstuwy pt.ahinopqrtuvwy pu.abcdefgijmopqrstuwxy \
    pw.abgimnorw px.m py.emnsuxy pz.hn qu.abcdefghiklmnpqrsvwxyz qv.acehijlmnopswyz qw.acehmst \
    qx.achlnopqrstuw qy.ap ra.abcdfghijklmnopqrstuvwxyz rb.bklp rc.f rd.b re.abegijlmnrsty \
    rg.aeknrsu rh.gp ri.abflmnrtu rj.gis rk.abhimtw rm.abcdefghiklmnopqstuvwxyz rn.bdglnprw \
    ro.abcdefghlmnopruw rp.nt rr.iot rs.bklmn rt.chmsw ru.bcefghiknopqstuyz rw.aklmor rx.dw \
    ry.nsu rz.h sa.abcdefghijklmnoqrstuvwxyz sb.abcdefghijklmnopqrstuvwxyz sc.befghiklnopqstuvwx \
    sd.abcefghjklnopqrstuvxz se.abcdefghijklmnopqrstuvwyz sf.bemsw sg.abcdeghijkmnprstuwxyz \
    sh.abcdeghijklmnopqrstuvwxyz si.abdefghijklmnopqrstuvwxyz sj.abdegklmnoprstuw \
    sk.abcdefghijmnopqrstuvwxyz sl.acdefghijklmnpqrstuvwxyz sm.abcefghijklmnopqrstuvwxyz \
    sn.acdefgijklmnopqrsuvwxyz so.abcdeghijklmnopqrstuvwxyz sp.abcdegiklmnopqrstuvxy \
    sq.ahijkmnoqrstux sr.abcdefghiklmnopqrstuvwxyz ss.abcdefghijklmnopqrstuvwxyz \
    st.abdefghijklmnopqrstuvwy su.abcegijknoqrstvwxyz sv.abcekmsx sw.abcefghijklmnopqrstuvwxy \
    sx.bcegklmnorsuw sy.abcdiklmnorswxy sz.abcdeglnpsvwy ta.abcdefghijklmnopqrstuvwxyz \
    tb.acdefghijklmnopqrstuvwxyz tc.abcdefghiklmnopqstuwxyz td.abcdefghijklmnoqrstvxy \
    te.abcdefghiklmnopqrstuvwxyz tf.inort tg.abcdefhijklnopqrstuvwxyz th.adefhiklmnpqrstuvyz \
    ti.acfghijklmnopqrstuvwxyz tj.agijlmnopsuw tk.abdefglmnpqrstuvwxz tl.abcdfghijklmnopqrstuvxy \
    tm.abcdefghijklmnoqrstuvwyz tn.abcdghiklmnopqrstuvwxyz to.bcdfghijklmnopqrsuvwxyz \
    tp.acefgijklmnopqrtuvwxyz tq.blmnopqrtuw tr.abcdefghijklmnopqrstuvwxyz \
    ts.abcdeghijklmnopqrstuvwxyz tt.abcdefghijklmnopqrstuvwyz tu.abcdefghijklmnopqrstuvwxyz \
    tv.adeklmnostuwxy tw.abcdefghilmnopqrtuwxy tx.abceghijmnoqrstuxy ty.aehijlnprstuvxyz \
    tz.ahjlmnox ua.mnr ub.ailruy ud.aegijlmu ue.s uf.i ug.abehnoy uh.an ui.gsv uj.i \
    uk.aghiklpqrsuvwy ul.abcefiklmnuw um.abcdgimnoprsu un.adegikmnruxz uo.n up.iv \
    ur.abcdefghijklmnoprtuvwxyz us.ahikpsu ut.aehpru uu.mru uv.ehl uw.a uy.a uz.bns \
    va.aefghijlmnoprsuvy vb.bk ve.cdlmnopr vg.rt vi.cdefglnstv vk.ajklmnoptuz vl.ps \
    vm.abcdefghijklmpqrsuvwxyz vn.kmp vo.lrt vr.aost vs.ilv vt.o vu.mnt vw.a \
    wa.abcdefghijklmnopqrstuvwxyz wb.abefhijklmpqrstvw wc.ai wd.dgjktuy we.acdghimnoprstuw wf.g \
    wg.abgiouy wh.agku wi.bcefghijklmnruvy wj.ai wk.abdlruwy wl.aceghiklmnorsuvwxy \
    wm.abcdeghimnostwx wn.bcdegikmnopuwy wo.abcdefgiklmnorswy wp.c wr.bghiklmnoprsuvwxyz \
    ws.agikrsuv wt.fhikmw wu.abdhlmnrtuvxy ww.aborw wx.aw wy.bimnry xa.abcdegijklmnopqrstuvwy \
    xb.bcdegijmnoprwy xc.bceghlmnortuvwy xd.ackmoqy xe.bdglmprstu xf.a xg.abdfgilmnruw \
    xh.acdemortuv xi.bilnrsvy xj.bt xk.abcdefgijklnopqrstuvwxyz xl.abcdeginopsuy \
    xm.abcdefghjklmnopqrstuvwxyz xn.abdghijkmnoqrstuyz xo.cdgikmnoprw \
    xp.abcdefghijklmnopqrstuvwxyz xq.at xr.abdegimnrtuw xs.abcdehijlmnopqrsuvy \
    xt.abcdeghijlmnopqrstuvwy xu.abdgjlmnoprtu xv.einos xw.acdegjklortw xx.bkmrt xy.abjklty \
    xz.hmp ya.abcdefghijklmnopqrstuvwxyz yb.abehijklmnoxy yc.hlnp yd.adegk ye.aceijlrstuvy \
    yg.ailmprsuw yh.adls yi.adfghijklmnpqrstuvxz yk.agiklmnortuy yl.abegilmnoruy \
    ym.bcdeghiklmnopqrsxz yn.adegklnoqsu yo.bgiklmnrtxy yp.abghkmnopz yr.abeklmnoswy \
    ys.cdglmnoprsy yt.alpwy yu.abcdefgijklmnpqrtwxyz yv.at yw.aglnqrtuw yx.aglmuy yy.ruz yz.gk \
    za.abcdefghijklmopqrstuvwxyz zb.aceltuw zc.adh zd.j ze.aghn zg.abhmnr zh.abdinowx \
    zi.abklmnwz zk.abdghknoprtuvz zl.aejmnqsw zm.abcdefghijklmnopqrstuvwxyz zn.adegks zo.chmoqrs \
    zp.abcdefghijklmnopqrstuvwxyz zq.e zr.agnops zs.aklmru zt.eglmnpqstuxy zu.ahlmny zw.a zx.x \
    zy.bgjnp zz.aj
    """)
}
