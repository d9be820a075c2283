"""Given names of many countries: a short name that begins with one is rather a person than a song."""

_NAMES = """
aaron adam alan albert alex alice alicia amy ana andrea andreas andrew andy anita ann anna anne anthony
antonio aretha art axel barbara barry ben benjamin bernard bert beth bill billie billy björk bob bobby
boris brian bruce bruno bryan carl carlos carol caroline cat celine charles charlie charlotte chris
christian christina cindy claude cliff curtis dan daniel danny dave david dean debbie dennis diana dianne
dolly don donna doris dusty earl ed eddie eddy edith edwin elena elisa elizabeth ella elton elvis emma
enrique eric erik ernest etta eva evelyn felix fiona florence francesco francis frank frankie franz fred
freddie freddy gary gene george gilberto gino giorgio glen glenn gloria grace graham greg gregory hank
hannah hans harold harry helen henry herbert herbie howard hugh hugo ian ivan jack jackie jacques jake
james jamie jan jane janet jason jay jean jeff jennifer jenny jeremy jerry jesse jessica jessie jill jim
jimi jimmy joan joanna joe joey johan john johnny jon jonathan joni jorge joseph josh josé joy juan judy
julia julian julie julio karen karl kate katie katy keith kelly ken kenny kevin kim klaus kurt kylie
larry laura lauren lee lena leo leon leonard lewis linda lionel lisa lou louis luca lucas lucy luis luke
luther madonna marc marco margaret maria marie mario mark martin marvin mary matt matthew max mel melanie
michael michel miguel mike miles milton moses nancy nat natalie natasha neil nelly nicholas nick nicolas
nicole nina nora norah oleg oliver olivia oscar otis otto pablo paolo pat patricia patrick patti paul
paula pedro peggy pete peter phil philip pierre quincy rachel ralph randy ray rebecca ricardo richard
rick ricky rita rob robbie robert roberta roberto robin rod roger roland ron ronnie rosa roy ruth ryan
sally sam samantha samuel sandra sara sarah scott sean sebastian serge sergio sharon shirley simon smokey
sofia sonny sophie stan stephan stephen steve steven stevie stuart sue susan suzanne sven sylvia tammy
tara ted teddy terry thomas tim tina todd tom tommy toni tony tori tracy ursula van vanessa vera victor
vince vincent virginia walter wanda wayne whitney will willie wilson wolfgang yoko yves zoe александр
алла андрей анна борис виктор владимир елена иван ирина мария михаил ольга сергей юрий
"""

GIVEN_NAMES = frozenset(_NAMES.split())
