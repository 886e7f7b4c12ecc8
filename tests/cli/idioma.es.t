$ fichas-searcher search --no-synonyms ACNUR
! ninguna ficha contiene «ACNUR»
[1]

$ fichas-searcher search --sello=x mesa
! fichas-searcher: --sello=x: no existe ese valor; los valores son: institucionalidad, politicas, informacion, vinculacion, formacion
[2]
