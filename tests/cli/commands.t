# Without arguments: examples first.
$ fichas-searcher | head -3
Examples:
  fichas-searcher search educación intercultural
  fichas-searcher search --sello=formacion --year=2023..2024 ''

$ fichas-searcher lessons --no-synonyms --facets=none diagnóstico
1 ficha

 1. Jornadas de Asesoría para la Revalidación y Reconocimiento de Títulos
    Obtenidos en el Extranjero
    La Reina (Metropolitana de Santiago). 2023-08-03 to 2024-07-24
    Lessons and recommendations, line 86: La municipalidad recomienda realizar
    una etapa previa de consulta o diagnóstico que permita sustentar la
    planificación en base a la necesidad que tiene la población residente de la
    comuna, posibilitando además adecuar la jornada según los hallazgos de la
    consulta.
    la-reina-jornadas-asesoria-revalidacion-reconocimiento

$ fichas-searcher lessons --no-synonyms --format=json --in=x mesa
! fichas-searcher: 'lessons' does not take the option --in; it goes with: search, facets
[2]

$ fichas-searcher facets
municipality	concepcion	Concepción	1
municipality	coquimbo	Coquimbo	1
municipality	hualqui	Hualqui	1
municipality	la-reina	La Reina	1
municipality	lo-espejo	Lo Espejo	1
municipality	los-andes	Los Andes	1
municipality	macul	Macul	1
municipality	maipu	Maipú	1
municipality	temuco	Temuco	1
municipality	vina-del-mar	Viña del Mar	1
region	metropolitana-de-santiago	Metropolitana de Santiago	4
region	biobio	Biobío	2
region	valparaiso	Valparaíso	2
region	coquimbo	Coquimbo	1
region	la-araucania	La Araucanía	1
sello	politicas	Políticas locales y trabajo colaborativo	8
sello	vinculacion	Vinculación comunitaria	6
sello	institucionalidad	Institucionalidad local en movilidad humana	5
sello	formacion	Estrategias formativas	4
sello	informacion	Acceso a la información y orientación integral	4
population	personas-migrantes	Personas migrantes o en movilidad humana	7
population	equipos-educativos	Equipos educativos (docentes, asistentes, directivos)	3
population	nna	Niños, niñas y adolescentes (NNA)	3
population	comunidad-educativa	Comunidad educativa	2
population	familias-cuidadores	Familias, madres, padres y personas cuidadoras	2
population	dirigentes-agentes-clave	Dirigentes, líderes y agentes clave	1
population	estudiantes	Estudiantes	1
population	poblacion-general	Población en general y comunidad local	1
population	profesionales	Profesionales y personas tituladas	1
year	2024	2024	9
year	2023	2023	7
year	2022	2022	3
year	2018	2018	1
year	2019	2019	1
year	2020	2020	1
year	2021	2021	1
status	vigente	Vigente	9
status	no-declarada	No declarada	1

$ fichas-searcher facets --facet=population --no-synonyms educación
population	equipos-educativos	Equipos educativos (docentes, asistentes, directivos)	3
population	nna	Niños, niñas y adolescentes (NNA)	3
population	personas-migrantes	Personas migrantes o en movilidad humana	3
population	comunidad-educativa	Comunidad educativa	2
population	familias-cuidadores	Familias, madres, padres y personas cuidadoras	2
population	dirigentes-agentes-clave	Dirigentes, líderes y agentes clave	1
population	estudiantes	Estudiantes	1
population	poblacion-general	Población en general y comunidad local	1

$ fichas-searcher facets --facet=municipality --like=CON
municipality	concepcion	Concepción	1

$ fichas-searcher facets --facet=sello --facet-sort=name -m maipu,temuco
sello	formacion	Estrategias formativas	1
sello	informacion	Acceso a la información y orientación integral	1
sello	institucionalidad	Institucionalidad local en movilidad humana	1
sello	politicas	Políticas locales y trabajo colaborativo	2
sello	vinculacion	Vinculación comunitaria	2

$ fichas-searcher facets --cross=sello,region
sello	metropolitana-de-santiago	biobio	valparaiso	coquimbo	la-araucania
politicas	3	1	2	1	1
vinculacion	3	2	0	0	1
institucionalidad	1	1	1	1	1
formacion	2	1	1	0	0
informacion	3	1	0	0	0

$ fichas-searcher facets --cross=sello,status --format=json -m macul | jq -c .cross.counts
[[1]]

$ fichas-searcher facets --facet=sello --no-synonyms ACNUR
! no ficha has "ACNUR"
[1]

$ fichas-searcher show lo-espejo-mesas-migrantes
Mesas Migrantes
Lo Espejo (Metropolitana de Santiago)

Participating units and partners
  Departamentos de Salud – Departamento de Educación – Oficina Local de la Niñez
  / Organizaciones comunales migrantes de la comuna

Sello lines
  Institucionalidad local en movilidad humana
  Políticas locales y trabajo colaborativo
  Acceso a la información y orientación integral
  Vinculación comunitaria
  Estrategias formativas

Target population
  Población en general

Dates
  3 de abril 2024 / 08 de octubre 2024

Funding
  Mediante el programa municipal Inclusión Social 2024 “Por una comuna inclusiva
  para el buen vivir de todas, todos y todes”

Sustainability
  El Programa sigue vigente y se ejecuta de manera periódica.

Description
  En abril de 2023, la Oficina de Inclusión Social de Lo Espejo creó el área de
  Migrantes y Refugiados y formó una mesa migrante inicial con entidades
  locales, como la Fundación Ann Pale Fanmi, Salud, Educación y la Cruz Roja. En
  2024, debido al crecimiento del área, se establecieron dos mesas separadas:
  una Mesa Institucional, integrada por Salud, Educación y Niñez, y otra Mesa de
  Organizaciones, donde participan fundaciones y lideresas comunitarias de
  diversas diásporas.

  La Mesa Institucional se reúne trimestralmente para tratar casos complejos y
  coordinar operativos en centros educativos, especialmente para adolescentes
  próximos a cumplir la mayoría de edad, integrando servicios de salud y charlas
  sobre derechos.

  La Mesa de Organizaciones realiza reuniones mensuales para abordar inquietudes
  de la comunidad y coordinar actividades conmemorativas, además de apoyar la
  autonomía de las organizaciones con información sobre proyectos y talleres.

  Esta iniciativa ha fortalecido la difusión programática de la oficina,
  aumentando la atención a 1270 casos desde enero y permitiendo hitos
  conmemorativos y operativos en diversas escuelas y jardines infantiles de la
  comuna.

Innovation
  Se destaca la implementación de mesas divididas según las distintas
  necesidades, roles y competencias de los actores, que permiten implementar
  políticas públicas municipales según necesidades que va manifestando la
  comunidad.

Lessons and recommendations
  Reconocer las necesidades del territorio y reforzar el afianzamiento de la
  comunidad en movilidad humana local y sus agentes claves.

lo-espejo-mesas-migrantes
fichas-buenas-practicas-2024.md, lines 580 to 635

$ fichas-searcher show --format=md macul-red-solidaria-local | head -12
\# Red Solidaria Local

Macul (Metropolitana de Santiago)

\## Participating units and partners

Oficina de Migrantes- Organizaciones de la sociedad civil

\## Sello lines
- Vinculación comunitaria

\## Target population

# Red Solidaria Local

Macul (Metropolitana de Santiago)

## Participating units and partners

Oficina de Migrantes- Organizaciones de la sociedad civil

## Sello lines
- Vinculación comunitaria

## Target population
$ fichas-searcher show --cite macul-red-solidaria-local lo-espejo-mesas-migrantes
Red Solidaria Local. Macul, 2018-2024. fichas-buenas-practicas-2024.md, lines
  458 to 521.
Mesas Migrantes. Lo Espejo, 2024. fichas-buenas-practicas-2024.md, lines 580 to
  635.

$ fichas-searcher show --format=json macul-red-solidaria-local | jq -c '[.title, .source.line_start]'
["Red Solidaria Local",458]

$ fichas-searcher show macul
! no ficha has the id macul; did you mean macul-red-solidaria-local?
[1]

$ fichas-searcher show
! fichas-searcher: show takes one or more IDs; ids are shown by search --format=ids
[2]

$ fichas-searcher compare macul-red-solidaria-local coquimbo-protocolo-atencion-usuarios-usuarias | head -24
Municipality
  Macul: Macul (Metropolitana de Santiago)
  Coquimbo: Coquimbo (Coquimbo)

Title
  Macul: Red Solidaria Local
  Coquimbo: Protocolo de Atención para Usuarios y Usuarias Migrantes y
    Refugiados

Participating units and partners
  Macul: Oficina de Migrantes- Organizaciones de la sociedad civil
  Coquimbo: Oficina de Migración y Refugiados y otros departamentos Municipales
    – Organizaciones de la sociedad civil – Instituciones públicas y privadas

Sello lines
  Macul: Vinculación comunitaria
  Coquimbo: Institucionalidad local en movilidad humana
    Políticas locales y trabajo colaborativo

Target population
  Macul: Personas en contexto de movilidad humana
  Coquimbo: Personas en contexto de movilidad humana

Dates

$ fichas-searcher compare macul-red-solidaria-local
! fichas-searcher: compare takes two or three IDs; ids are shown by search --format=ids
[2]

$ fichas-searcher similar --limit=3 --format=ids temuco-mesa-convivencia-educacion-intercultural | sort
los-andes-diagnostico-comunal-nna-movilidad
maipu-programa-sensibilizacion-migratoria-interculturalidad
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher similar --same-region --format=ids macul-red-solidaria-local | sort
la-reina-jornadas-asesoria-revalidacion-reconocimiento
lo-espejo-mesas-migrantes
maipu-programa-sensibilizacion-migratoria-interculturalidad

$ fichas-searcher similar --other-region -m concepcion --format=json macul-red-solidaria-local | jq -c '.hits[0] | [.municipality, .shared_facets]'
["Concepción",[{"facet":"sello","value":"vinculacion","label":"Vinculación comunitaria"},{"facet":"population","value":"personas-migrantes","label":"Personas migrantes o en movilidad humana"}]]

$ echo 'Taller de educación intercultural para apoderados y docentes en escuelas' | fichas-searcher similar --text=- --limit=1 --format=ids
temuco-mesa-convivencia-educacion-intercultural

$ echo 'xyzzy plugh' | fichas-searcher similar --text=-
! no practice is near enough to say why
[1]

$ fichas-searcher similar --text=$TMP/none
! fichas-searcher: cannot read $TMP/none: No such file or directory
[3]

$ fichas-searcher suggest intercul
interculturalidad	5	word
intercultural	4	word

$ fichas-searcher suggest 'educación intercul'
educación intercultural	3	word
educación interculturalidad	3	word

$ fichas-searcher suggest viña
Viña del Mar	1	municipality
viña	1	word

$ fichas-searcher suggest zzz
! nothing was found
[1]

$ fichas-searcher analyze 'N° 21.325 apoderados/as'
1	21.325	21.325	-	number
1	21.325	21325	-	number (variant)
1	N	n	n	word (variant)
2	apoderados/as	apoderados	apoder	word
2	apoderados/as	apoderadas	apoder	word (variant)

$ fichas-searcher analyze --format=json 'Niñez' | jq -c .
{"format_version":1,"text":"Niñez","tokens":[{"position":1,"start":0,"end":5,"printed":"Niñez","word":"niñez","exact":"niñez","stem":"niñez","kind":"word","variant":false}]}

# No index, and one that is none.
$ fichas-searcher search --index=$TMP/none mesa
! fichas-searcher: there is no index in $TMP/none; make one: fichas-indexer build SOURCE...
[3]

$ mkdir $TMP/empty && fichas-searcher search --index=$TMP/empty mesa
! fichas-searcher: there is no index in $TMP/empty; make one: fichas-indexer build SOURCE...
[3]

# What schools do stays with schools; what all fichas say is no likeness.
$ fichas-searcher similar --format=ids -n 3 los-andes-diagnostico-comunal-nna-movilidad
temuco-mesa-convivencia-educacion-intercultural
hualqui-proyecto-migraudec-trabajo-social
vina-del-mar-escuela-educacion-intercultural-mesa

$ fichas-searcher similar --format=ids -n 3 maipu-programa-sensibilizacion-migratoria-interculturalidad
temuco-mesa-convivencia-educacion-intercultural
vina-del-mar-escuela-educacion-intercultural-mesa
concepcion-formar-lideres-cambio
