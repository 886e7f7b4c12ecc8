# What the ten fichas must answer: with accents, without, and in capitals.

$ fichas-searcher search --format=ids --no-synonyms --limit=1 'revalidación títulos'
la-reina-jornadas-asesoria-revalidacion-reconocimiento

$ fichas-searcher search --format=ids --no-synonyms --limit=1 'revalidacion titulos'
la-reina-jornadas-asesoria-revalidacion-reconocimiento

$ fichas-searcher search --format=ids --no-synonyms --limit=1 'REVALIDACION TITULOS'
la-reina-jornadas-asesoria-revalidacion-reconocimiento

$ fichas-searcher search --format=ids --no-synonyms 'EDUCACIÓN INTERCULTURAL' | sort
concepcion-formar-lideres-cambio
maipu-programa-sensibilizacion-migratoria-interculturalidad
temuco-mesa-convivencia-educacion-intercultural
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --no-synonyms 'educacion intercultural' | sort
concepcion-formar-lideres-cambio
maipu-programa-sensibilizacion-migratoria-interculturalidad
temuco-mesa-convivencia-educacion-intercultural
vina-del-mar-escuela-educacion-intercultural-mesa

# The text has cuidadoras/es.
$ fichas-searcher search --format=ids cuidadores
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids CUIDADORES
vina-del-mar-escuela-educacion-intercultural-mesa

# The text has Ley 21.325.
$ fichas-searcher search --format=ids 'Ley 21325'
concepcion-formar-lideres-cambio
! "Ley 21325" also as: ley 21.325, ley de migraciones, ley de migración y extranjería, nueva ley de migración y extranjería

$ fichas-searcher search --format=ids 'ley N° 21.325'
concepcion-formar-lideres-cambio
! "ley N° 21.325" also as: ley 21325, ley de migraciones, ley de migración y extranjería, nueva ley de migración y extranjería

# Hualqui's month grid skips July.
$ fichas-searcher search --format=ids julio | sort
la-reina-jornadas-asesoria-revalidacion-reconocimiento
macul-red-solidaria-local

$ fichas-searcher search --format=ids JULIO | sort
la-reina-jornadas-asesoria-revalidacion-reconocimiento
macul-red-solidaria-local

# Not the fichas where that line of the Sello is unticked.
$ fichas-searcher search --format=ids --no-synonyms 'estrategias formativas' | sort
concepcion-formar-lideres-cambio
lo-espejo-mesas-migrantes
maipu-programa-sensibilizacion-migratoria-interculturalidad
vina-del-mar-escuela-educacion-intercultural-mesa

# Only the document's introduction names it.
$ fichas-searcher search --format=ids --no-synonyms ACNUR
! no ficha has "ACNUR"
[1]

# An empty query lists everything that passes the filters, in document order.
$ fichas-searcher search --format=ids --sello formacion ''
vina-del-mar-escuela-educacion-intercultural-mesa
maipu-programa-sensibilizacion-migratoria-interculturalidad
concepcion-formar-lideres-cambio
lo-espejo-mesas-migrantes

$ fichas-searcher search --format=ids
la-reina-jornadas-asesoria-revalidacion-reconocimiento
los-andes-diagnostico-comunal-nna-movilidad
temuco-mesa-convivencia-educacion-intercultural
hualqui-proyecto-migraudec-trabajo-social
vina-del-mar-escuela-educacion-intercultural-mesa
maipu-programa-sensibilizacion-migratoria-interculturalidad
concepcion-formar-lideres-cambio
macul-red-solidaria-local
coquimbo-protocolo-atencion-usuarios-usuarias
lo-espejo-mesas-migrantes

# Order and pages.
$ fichas-searcher search --format=ids --sort=date --limit=3 ''
concepcion-formar-lideres-cambio
lo-espejo-mesas-migrantes
hualqui-proyecto-migraudec-trabajo-social

$ fichas-searcher search --format=ids --sort=municipality --limit=3 ''
concepcion-formar-lideres-cambio
coquimbo-protocolo-atencion-usuarios-usuarias
hualqui-proyecto-migraudec-trabajo-social

$ fichas-searcher search --format=ids --sort=title --limit=2 --offset=1 ''
vina-del-mar-escuela-educacion-intercultural-mesa
concepcion-formar-lideres-cambio

$ fichas-searcher search --format=ids --limit=0 mesa
! "mesa" also as: consejo, instancia, mesa comunal

$ fichas-searcher search --format=ids --offset=50 mesa
! "mesa" also as: consejo, instancia, mesa comunal

# In some fields only.
$ fichas-searcher search --format=ids --in=titulo,lessons diagnóstico | sort
hualqui-proyecto-migraudec-trabajo-social
la-reina-jornadas-asesoria-revalidacion-reconocimiento
los-andes-diagnostico-comunal-nna-movilidad
! "diagnóstico" also as: estudio, investigación

$ fichas-searcher search --format=ids --in=LESSONS diagnostico
la-reina-jornadas-asesoria-revalidacion-reconocimiento
los-andes-diagnostico-comunal-nna-movilidad
hualqui-proyecto-migraudec-trabajo-social
! "diagnostico" also as: estudio, investigación

# Forms as typed.
$ fichas-searcher search --format=ids --exact educación | sort
lo-espejo-mesas-migrantes
maipu-programa-sensibilizacion-migratoria-interculturalidad
temuco-mesa-convivencia-educacion-intercultural
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher search --format=ids --exact educacion
! nothing was found
[1]

$ fichas-searcher search --format=ids --exact '"educación intercultural"' | sort
temuco-mesa-convivencia-educacion-intercultural
vina-del-mar-escuela-educacion-intercultural-mesa

# Text, plain when piped.
$ fichas-searcher search cuidadores
1 ficha

 1. Escuela de Educación Intercultural de la Mesa de Niñez Migrante
    Viña del Mar (Valparaíso). 2022 to 2024
    Target population, line 292: NNA, cuidadoras/es, madres y padres (chilenos y
    extranjeros). Equipos educativos y directores/as de Escuelas.
    vina-del-mar-escuela-educacion-intercultural-mesa

Municipality: Viña del Mar (1)
Sello line: Estrategias formativas (1), Políticas locales y trabajo colaborativo
    (1)
Population: Equipos educativos (docentes, asistentes, directivos) (1), Familias,
    madres, padres y personas cuidadoras (1), Niños, niñas y adolescentes (NNA)
    (1), Personas migrantes o en movilidad humana (1)
